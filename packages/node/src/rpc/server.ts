import { createServer, type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type Logger, NotInTimeError, sleep, until } from "@frond/foundation";
import { WebSocketServer } from "ws";
import { type Allowance, createAllowances } from "./allowances.ts";
import { type Connection, createConnection } from "./connection.ts";
import type { Dispatch } from "./dispatch.ts";
import { nodeBusy, RpcError } from "./errors.ts";
import { type Door, judgeRequest } from "./judgeRequest.ts";
import type { RpcLimits } from "./limits.ts";
import { listen } from "./listen.ts";
import { errorText, type HttpDependencies, type Page, serveHttp } from "./serveHttp.ts";
import { serveWebSocket } from "./serveWebSocket.ts";
import { createSockets } from "./sockets.ts";

export type ServerOptions = { readonly host: string; readonly port: number; readonly limits: RpcLimits } & Door;

export type RpcServer = {
  readonly port: number;
  readonly url: string;
  readonly connections: () => { readonly http: number; readonly webSockets: number };
  /** Takes nothing new, lets answers under way go out, then ends every connection. */
  close(): Promise<void>;
};

/** Takes over a connection that wants to become a WebSocket. */
type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export type ServerDependencies = {
  readonly dispatch: Dispatch;
  readonly pages: Readonly<Record<string, () => Page>>;
  /** Pages beside these, by their path. */
  readonly pageAt?: HttpDependencies["pageAt"];
  readonly logger: Logger;
  /** Who takes over WebSocket connections to other paths; at any path that is not here JSON-RPC is spoken. */
  readonly upgrades?: Readonly<Record<string, Upgrade>>;
};

/** After `close`, so many milliseconds are left for answers under way. */
const CLOSING_MILLISECONDS = 3_000;
const MOST_HEADERS = 64;

/**
 * Serves JSON-RPC over HTTP and WebSocket at one address. Every limit of `RpcLimits` is kept here, in `Allowances` or
 * in `Connection`; who may call at all is decided by `judgeRequest`.
 * @throws PortInUseError, ListenError
 */
export async function startServer(options: ServerOptions, dependencies: ServerDependencies): Promise<RpcServer> {
  const { host, port, limits } = options;
  const { dispatch, logger } = dependencies;
  const allowances = createAllowances(limits);
  const sockets = createSockets(limits, allowances);
  const connections = new WeakMap<Duplex, Connection>();
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: limits.maxBodyBytes, perMessageDeflate: false });
  const door: Door = { ...options, allowedHosts: [...(options.allowedHosts ?? []), host] };
  let busy = 0;
  let closing = false;

  function connectionOf({ socket }: IncomingMessage): { connection: Connection; address: Allowance } {
    const address = sockets.allowanceOf(socket);
    const connection = connections.get(socket) ?? createConnection(limits, address);
    connections.set(socket, connection);
    return { connection, address };
  }

  const pages = new Map(Object.entries(dependencies.pages));
  const { pageAt = () => undefined } = dependencies;
  const http = { door, limits, dispatch, pages, pageAt, connectionOf, isClosing: () => closing };
  const server = createHttpServer(limits);
  server.on("request", (request, response) => {
    busy++;
    const end = sockets.begin(request.socket);
    serveHttp(request, response, http)
      .catch((error: unknown) => {
        logger.debug("A request broke off", { error: String(error) });
        request.socket.destroy();
      })
      .finally(() => {
        busy--;
        end();
      });
  });
  server.on("connection", sockets.open);
  const upgrades = new Map(Object.entries(dependencies.upgrades ?? {}));
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const address = sockets.allowanceOf(socket);
    const other = upgrades.get(request.url ?? "");
    const refusal = judgeUpgrade(request, { door, address, isFull: closing });
    if (refusal !== undefined) return refuseUpgrade(socket, refusal);
    if (other !== undefined) {
      sockets.handOver(socket);
      return other(request, socket, head);
    }
    if (!sockets.takeWebSocket(socket, () => socket.destroy()))
      return refuseUpgrade(socket, { status: 503, error: nodeBusy() });
    const onBusy = (change: number) => {
      busy += change;
    };
    webSockets.handleUpgrade(request, socket, head, (webSocket) =>
      serveWebSocket(webSocket, socket, {
        limits,
        dispatch: (text, connection) => dispatch(text, connection, { path: request.url ?? "/" }),
        address,
        onBusy,
      }),
    );
  });

  await listen(server, { host, port, backlog: 511 });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    connections: () => ({
      http: allowances.connections - webSockets.clients.size,
      webSockets: webSockets.clients.size,
    }),
    async close() {
      if (closing) return;
      closing = true;
      await closeServer(server, webSockets, () => busy === 0);
    },
  };
}

/** Headers and bodies that arrive too slowly end their connection. */
function createHttpServer(limits: RpcLimits): Server {
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.idleTimeout,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeout),
  });
  server.maxHeadersCount = MOST_HEADERS;
  server.setTimeout(limits.idleTimeout);
  server.on("clientError", (_error, socket) => void socket.destroy());
  return server;
}

type UpgradeRefusal = { readonly status: number; readonly error: RpcError };

function judgeUpgrade(
  { headers, socket }: IncomingMessage,
  { door, address, isFull }: { door: Door; address: Allowance; isFull: boolean },
): UpgradeRefusal | undefined {
  try {
    address.begin(1);
    address.end(1);
  } catch (error) {
    if (error instanceof RpcError) return { status: 429, error };
    throw error;
  }
  const { host, origin } = headers;
  const judgement = judgeRequest({ host, origin, localAddress: socket.localAddress }, door);
  if (!judgement.isAllowed) return { status: 403, error: judgement.error };
  return isFull ? { status: 503, error: nodeBusy() } : undefined;
}

function refuseUpgrade(socket: Duplex, { status, error }: UpgradeRefusal): void {
  const body = errorText(error);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

async function closeServer(server: Server, webSockets: WebSocketServer, isIdle: () => boolean): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await until(isIdle, { everyMilliseconds: 10, withinMilliseconds: CLOSING_MILLISECONDS }).catch((error) => {
    if (!(error instanceof NotInTimeError)) throw error;
  });
  for (const socket of webSockets.clients) socket.close(1001, "the node is shutting down");
  await sleep(webSockets.clients.size > 0 ? 50 : 0);
  for (const socket of webSockets.clients) socket.terminate();
  webSockets.close();
  server.closeAllConnections();
  await closed;
}
