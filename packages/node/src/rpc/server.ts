import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "@frond/foundation";
import { WebSocketServer } from "ws";
import type { Dispatch } from "./dispatch.ts";
import { limitAddresses } from "./limitAddresses.ts";
import type { RpcLimits } from "./limits.ts";
import { listen } from "./listen.ts";
import { createServeHttp, type Page } from "./serveHttp.ts";
import { serveWebSocket } from "./serveWebSocket.ts";

export type RpcServer = {
  readonly port: number;
  readonly url: string;
  readonly connections: () => { readonly http: number; readonly webSockets: number };
  /** Takes nothing new, lets answers under way go out, then ends every connection. */
  close(): Promise<void>;
};

export type ServerDependencies = {
  readonly dispatch: Dispatch;
  readonly pages: Readonly<Record<string, () => Page>>;
  readonly logger: Logger;
  /** Who takes over WebSocket connections to other paths; at any path that is not here JSON-RPC is spoken. */
  readonly upgrades?: Readonly<Record<string, (request: IncomingMessage, socket: Duplex, head: Buffer) => void>>;
};

/** After `close`, so many milliseconds are left for answers under way. */
const CLOSING_TIME = 3_000;

/**
 * Serves JSON-RPC over HTTP and WebSocket at one address. Every limit of `RpcLimits` is kept here or in `Connection`.
 * @throws PortInUseError, ListenError
 */
export const startServer = async (
  { host, port, limits }: { host: string; port: number; limits: RpcLimits },
  { dispatch, pages, logger, upgrades = {} }: ServerDependencies,
): Promise<RpcServer> => {
  const work = { busy: 0, isClosing: false };
  const serveHttp = createServeHttp({ dispatch, pages, limits, isClosing: () => work.isClosing });
  const server = openServer(limits, (request, response) => {
    work.busy++;
    serveHttp(request, response)
      .catch((error: unknown) => {
        logger.debug("A request broke off", { error: String(error) });
        request.socket.destroy();
      })
      .finally(() => work.busy--);
  });
  const countConnections = limitAddresses(server, limits.maxConnectionsPerAddress);
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: limits.maxBodyBytes, perMessageDeflate: false });
  const answer: Dispatch = (text, connection) => {
    work.busy++;
    return dispatch(text, connection).finally(() => work.busy--);
  };
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const other = upgrades[request.url ?? ""];
    if (other !== undefined && !work.isClosing) return other(request, socket, head);
    if (work.isClosing || webSockets.clients.size >= limits.maxWebSockets) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n");
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => serveWebSocket(webSocket, { limits, answer }));
  });

  await listen(server, { host, port, backlog: 511 });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    connections: () => ({
      http: countConnections() - webSockets.clients.size,
      webSockets: webSockets.clients.size,
    }),
    async close() {
      if (work.isClosing) return;
      work.isClosing = true;
      await closeServer({ server, webSockets, isBusy: () => work.busy > 0 });
    },
  };
};

/** An HTTP server that keeps to the limits of one connection; it does not listen yet. */
const openServer = (limits: RpcLimits, serve: RequestListener): Server => {
  const timeouts = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.idleTimeout,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeout),
  };
  const server = createServer(timeouts, serve);
  server.maxConnections = limits.maxConnections;
  server.maxHeadersCount = 64;
  server.setTimeout(limits.idleTimeout);
  server.on("clientError", (_error, socket) => void socket.destroy());
  return server;
};

/** Takes nothing new, lets answers under way go out, then ends every connection. */
const closeServer = async ({
  server,
  webSockets,
  isBusy,
}: {
  server: Server;
  webSockets: WebSocketServer;
  isBusy: () => boolean;
}): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = performance.now() + CLOSING_TIME;
  while (isBusy() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  for (const socket of webSockets.clients) socket.close(1001, "the node is shutting down");
  await new Promise((resolve) => setTimeout(resolve, webSockets.clients.size > 0 ? 50 : 0));
  for (const socket of webSockets.clients) socket.terminate();
  webSockets.close();
  server.closeAllConnections();
  await closed;
};
