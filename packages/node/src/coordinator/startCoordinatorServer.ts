import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type Logger, silentLogger } from "@frond/foundation";
import { createDispatch, type RpcMethods } from "../rpc/dispatch.ts";
import type { Door } from "../rpc/judgeRequest.ts";
import { defaultRpcLimits, type RpcLimits } from "../rpc/limits.ts";
import { createCallMetrics, gauges } from "../rpc/metrics.ts";
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
  readonly limits?: Partial<RpcLimits>;
} & Door;

export type CoordinatorServer = { readonly url: string; readonly port: number; close(): Promise<void> };

/** A bundle has up to sixteen transactions; a registration names keys and sizes. */
const BODY_BYTES = 2_000_000;

/**
 * Serves the coordinator: JSON-RPC for clients over HTTP and WebSocket, the connections of layers, metrics and health.
 */
export async function startCoordinatorServer(
  { methods, layers, metrics: numbers, limits: given, ...place }: CoordinatorServerOptions,
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
        "/metrics": () => ({
          status: 200,
          type: "text/plain; version=0.0.4",
          body: `${[...gauges(numbers()), ...metrics.lines()].join("\n")}\n`,
        }),
        "/health": () => ({ status: 200, type: "application/json", body: JSON.stringify({ status: "ok" }) }),
      },
      upgrades: { "/layers": layers },
    },
  );
  return { url: server.url, port: server.port, close: () => server.close() };
}
