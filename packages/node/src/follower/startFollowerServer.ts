import type { Follower } from "@frond/follower";
import { type Logger, silentLogger } from "@frond/foundation";
import { createDispatch } from "../rpc/dispatch.ts";
import type { Door } from "../rpc/judgeRequest.ts";
import { defaultRpcLimits, type RpcLimits } from "../rpc/limits.ts";
import { createCallMetrics, gauges, prometheusPage } from "../rpc/metrics.ts";
import type { Page } from "../rpc/serveHttp.ts";
import { startServer } from "../rpc/server.ts";
import { type FollowedChain, followerMethods } from "./followerMethods.ts";

export type FollowerServerOptions = {
  readonly follower: Follower;
  readonly chain: FollowedChain;
  /** Reads from L1 what a layer promises. */
  readonly promisesOf: Parameters<typeof followerMethods>[2];
  /** Of layers whose application is known, by their ids: the follower answers for their views. */
  readonly programs?: Parameters<typeof followerMethods>[3];
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits?: Partial<RpcLimits>;
} & Door;

export type FollowerServer = { readonly url: string; readonly port: number; close(): Promise<void> };

const BLOBS = "/blobs/";
/** A blob is as large as so many answers. */
const CALLS_OF_A_BLOB = 64;

/** Serves what a follower has: JSON-RPC for each layer, blobs for other followers, metrics and health. */
export async function startFollowerServer(
  { follower, chain, promisesOf, programs, limits: given, ...place }: FollowerServerOptions,
  { logger = silentLogger }: { readonly logger?: Logger } = {},
): Promise<FollowerServer> {
  const limits = { ...defaultRpcLimits, ...given };
  const metrics = createCallMetrics();
  const methods = followerMethods(follower, chain, promisesOf, programs);
  const dispatch = createDispatch({ methods, limits, logger, observe: metrics.observe });
  const server = await startServer(
    { ...place, limits },
    {
      dispatch,
      logger,
      pages: {
        "/metrics": () => prometheusPage([...gauges(numbersOf(follower)), ...metrics.lines()]),
        "/health": () => ({ status: 200, type: "application/json", body: JSON.stringify({ status: "ok" }) }),
      },
      pageAt: (path) => (path.startsWith(BLOBS) ? blobPage(follower, path.slice(BLOBS.length)) : undefined),
    },
  );
  return { url: server.url, port: server.port, close: () => server.close() };
}

function blobPage({ blobs }: Follower, versionedHash: string): Page | undefined {
  const body = blobs.get(versionedHash);
  return body && { status: 200, type: "application/octet-stream", body, calls: CALLS_OF_A_BLOB };
}

function numbersOf({ store, blobs, progress }: Follower): Record<string, number> {
  const { epoch, known, entries } = progress();
  const kinds = [...store.states.values()].map(({ status }) => status.kind);
  return {
    follower_epoch: epoch,
    follower_epoch_known: known,
    follower_entries: entries,
    follower_layers: store.layers.size,
    follower_layers_waiting: kinds.filter((kind) => kind === "waiting").length,
    follower_layers_lost: kinds.filter((kind) => kind === "lost").length,
    follower_blobs: blobs.count(),
    resident_bytes: process.memoryUsage.rss(),
  };
}
