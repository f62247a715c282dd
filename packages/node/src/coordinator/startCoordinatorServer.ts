import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type Logger, silentLogger } from "@frond/foundation";
import { createDispatch, type RpcMethods } from "../rpc/dispatch.ts";
import type { Door } from "../rpc/judgeRequest.ts";
import { defaultRpcLimits, type RpcLimits } from "../rpc/limits.ts";
import { createCallMetrics, gauges, prometheusPage } from "../rpc/metrics.ts";
import type { Page } from "../rpc/serveHttp.ts";
import { startServer } from "../rpc/server.ts";

export type CoordinatorServerOptions = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly methods: RpcMethods;
  /** Takes over the connections of layers, at `/layers`. */
  readonly layers: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Numbers for `/metrics`. */
  readonly metrics: () => Readonly<Record<string, number>>;
  /** What has failed for good, for `/health`: red unless it is empty. All is well by default. */
  readonly failed?: () => readonly string[];
  /** Pages for people, by their path. */
  readonly pageAt?: (path: string) => Promise<Page | undefined>;
  readonly limits?: Partial<RpcLimits>;
} & Door;

export type CoordinatorServer = { readonly url: string; readonly port: number; close(): Promise<void> };

/** A bundle has up to sixteen transactions; a registration names keys and sizes. */
const BODY_BYTES = 2_000_000;

/**
 * Serves the coordinator: JSON-RPC for clients over HTTP and WebSocket, the connections of layers, metrics and health.
 */
export async function startCoordinatorServer(
  { methods, layers, metrics: numbers, failed = () => [], pageAt, limits: given, ...place }: CoordinatorServerOptions,
  { logger = silentLogger }: { readonly logger?: Logger } = {},
): Promise<CoordinatorServer> {
  const limits = { ...defaultRpcLimits, maxBodyBytes: BODY_BYTES, ...given };
  const metrics = createCallMetrics();
  const dispatch = createDispatch({ methods, limits, logger, observe: metrics.observe });
  const server = await startServer(
    { ...place, limits },
    {
      dispatch,
      logger,
      pages: {
        "/metrics": () => prometheusPage([...gauges({ ...numbers(), failed: failed().length }), ...metrics.lines()]),
        "/health": () => healthPage(failed()),
      },
      ...(pageAt && { pageAt }),
      upgrades: { "/layers": layers },
    },
  );
  return { url: server.url, port: server.port, close: () => server.close() };
}

/** What `/health` shows: 503 as long as something has failed for good, with the names of what. */
function healthPage(failed: readonly string[]): Page {
  const isWell = failed.length === 0;
  const body = isWell ? { status: "ok" } : { status: "failed", failed };
  return { status: isWell ? 200 : 503, type: "application/json", body: JSON.stringify(body) };
}
