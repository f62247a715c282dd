import type { Sequencer } from "@frond/sequencer";
import type { Store } from "@frond/store";
import { type CallMetrics, gauges, prometheusPage } from "../rpc/metrics.ts";
import type { Page } from "../rpc/serveHttp.ts";
import type { NodeHooks } from "./types.ts";

/** What `/metrics` shows of a node, in Prometheus text format. */
export function metricsPage({
  sequencer,
  store,
  hooks,
  metrics,
  connections,
  hasFailed,
}: {
  sequencer: Sequencer;
  store: Pick<Store, "bytes" | "firstBlockNumber">;
  hooks: readonly NodeHooks[];
  metrics: CallMetrics;
  connections: { readonly http: number; readonly webSockets: number };
  hasFailed: boolean;
}): Page {
  const { epoch, block, time, ahead, waiting, unsealed, inbox, accepted, rejected } = sequencer.status();
  const numbers = {
    failed: hasFailed ? 1 : 0,
    epoch,
    block,
    time,
    ahead_milliseconds: ahead,
    transactions_waiting: waiting,
    transactions_unsealed: unsealed,
    messages_waiting: inbox,
    transactions_accepted: accepted,
    transactions_rejected: rejected,
    connections_http: connections.http,
    connections_websocket: connections.webSockets,
    first_block: store.firstBlockNumber(),
    store_bytes: store.bytes(),
    resident_bytes: process.memoryUsage.rss(),
  };
  const body = [...gauges(numbers), ...metrics.lines(), ...hooks.map((hook) => hook.metrics?.() ?? "")];
  return prometheusPage(body.filter((line) => line !== ""));
}

/** What `/health` shows: whether the sequencer goes on. */
export const healthPage = (hasFailed: boolean): Page => ({
  status: hasFailed ? 503 : 200,
  type: "application/json",
  body: JSON.stringify({ status: hasFailed ? "failed" : "ok" }),
});
