import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "@frond/foundation";
import { sleep } from "@frond/foundation";
import { type WebSocket, WebSocketServer } from "ws";
import { type Connection, createConnection } from "./connection.ts";
import type { Dispatch } from "./dispatch.ts";
import { errorObject, nodeBusy, parseError, tooLarge } from "./errors.ts";
import type { RpcLimits } from "./limits.ts";

/** What the server answers to GET requests, as text. */
export type Page = { readonly status: number; readonly type: string; readonly body: string };

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
 */
export const startServer = async (
  { host, port, limits }: { host: string; port: number; limits: RpcLimits },
  { dispatch, pages, logger, upgrades = {} }: ServerDependencies,
): Promise<RpcServer> => {
  const connections = new WeakMap<Duplex, Connection>();
  const perAddress = new Map<string, number>();
  let pendingBytes = 0;
  let busy = 0;
  let closing = false;

  const server = createServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeout,
      requestTimeout: limits.requestTimeout,
      keepAliveTimeout: limits.idleTimeout,
      connectionsCheckingInterval: Math.min(1_000, limits.headersTimeout),
    },
    (request, response) => {
      busy++;
      serve(request, response)
        .catch((error: unknown) => {
          logger.debug("A request broke off", { error: String(error) });
          request.socket.destroy();
        })
        .finally(() => busy--);
    },
  );
  server.maxConnections = limits.maxConnections;
  server.maxHeadersCount = 64;
  server.setTimeout(limits.idleTimeout);
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: limits.maxBodyBytes, perMessageDeflate: false });

  server.on("connection", (socket) => {
    const address = socket.remoteAddress ?? "";
    const count = (perAddress.get(address) ?? 0) + 1;
    perAddress.set(address, count);
    socket.once("close", () => {
      const left = perAddress.get(address)! - 1;
      if (left === 0) perAddress.delete(address);
      else perAddress.set(address, left);
    });
    if (count > limits.maxConnectionsPerAddress) socket.destroy();
  });
  server.on("clientError", (_error, socket) => void socket.destroy());
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const other = upgrades[request.url ?? ""];
    if (other !== undefined && !closing) return other(request, socket, head);
    if (closing || webSockets.clients.size >= limits.maxWebSockets) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n");
      return;
    }
    webSockets.handleUpgrade(request, socket, head, serveWebSocket);
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET" || request.method === "HEAD") {
      const page = pages[request.url ?? ""]?.() ?? { status: 404, type: "text/plain", body: "POST JSON-RPC here.\n" };
      response.writeHead(page.status, { "content-type": page.type }).end(page.body);
      return;
    }
    if (request.method !== "POST")
      return refuse(response, { status: 405, error: parseError("the HTTP method is not POST") });
    if (Number(request.headers["content-length"] ?? 0) > limits.maxBodyBytes)
      return refuse(response, { status: 413, error: tooLarge(limits.maxBodyBytes) });
    let held = 0;
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) {
        held += chunk.length;
        pendingBytes += chunk.length;
        if (held > limits.maxBodyBytes) return refuse(response, { status: 413, error: tooLarge(limits.maxBodyBytes) });
        if (pendingBytes > limits.maxPendingBytes) return refuse(response, { status: 503, error: nodeBusy() });
        chunks.push(chunk);
      }
      const connection = connectionOf(request.socket);
      const answer = await dispatch(Buffer.concat(chunks).toString(), connection);
      const isLast = closing || connection.isFlooding;
      response.writeHead(200, { "content-type": "application/json", ...(isLast ? { connection: "close" } : {}) });
      response.end(answer);
    } finally {
      pendingBytes -= held;
    }
  }

  /** Answers before the request has been read, and reads no further. */
  function refuse(response: ServerResponse, { status, error }: { status: number; error: Error }): void {
    response.writeHead(status, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: errorObject(error) }), () => {
      response.socket?.destroySoon();
    });
  }

  function connectionOf(socket: Duplex): Connection {
    let connection = connections.get(socket);
    if (connection === undefined) {
      connection = createConnection(limits);
      connections.set(socket, connection);
    }
    return connection;
  }

  function serveWebSocket(socket: WebSocket): void {
    let alive = true;
    const send = (text: string): void => {
      // A reader slower than its news is let go, instead of kept in memory.
      if (socket.bufferedAmount > limits.maxBufferedBytes) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.send(text);
    };
    const connection = createConnection(limits, send);
    socket.on("message", (data, isBinary) => {
      alive = true;
      if (isBinary) return socket.close(1003, "text only");
      if (socket.bufferedAmount > limits.maxBufferedBytes) return socket.terminate();
      busy++;
      dispatch(data.toString(), connection)
        .then(send)
        .finally(() => {
          busy--;
          if (connection.isFlooding) socket.terminate();
        });
    });
    socket.on("pong", () => {
      alive = true;
    });
    socket.on("error", () => socket.terminate());
    const heartbeat = setInterval(() => {
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
    }, limits.idleTimeout);
    socket.on("close", () => {
      clearInterval(heartbeat);
      for (const end of connection.subscriptions.values()) end();
      connection.subscriptions.clear();
    });
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: 511 }, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    connections: () => ({
      http: [...perAddress.values()].reduce((sum, count) => sum + count, 0) - webSockets.clients.size,
      webSockets: webSockets.clients.size,
    }),
    async close() {
      if (closing) return;
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const deadline = performance.now() + CLOSING_TIME;
      while (busy > 0 && performance.now() < deadline) await sleep(10);
      for (const socket of webSockets.clients) socket.close(1001, "the node is shutting down");
      await sleep(webSockets.clients.size > 0 ? 50 : 0);
      for (const socket of webSockets.clients) socket.terminate();
      webSockets.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
