import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type Connection, createConnection } from "./connection.ts";
import type { Dispatch } from "./dispatch.ts";
import { errorObject, nodeBusy, parseError, tooLarge } from "./errors.ts";
import type { RpcLimits } from "./limits.ts";

/** What the server answers to GET requests, as text. */
export type Page = { readonly status: number; readonly type: string; readonly body: string };

export type HttpDependencies = {
  readonly dispatch: Dispatch;
  readonly pages: Readonly<Record<string, () => Page>>;
  readonly limits: RpcLimits;
  readonly isClosing: () => boolean;
};

/** Answers one request over HTTP. Rejects when its connection breaks off. */
export type ServeHttp = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Serves JSON-RPC to POST requests, and pages to others. */
export function createServeHttp({ dispatch, pages, limits, isClosing }: HttpDependencies): ServeHttp {
  const connections = new WeakMap<Duplex, Connection>();
  const readBody = createBodyReader(limits);

  const connectionOf = (socket: Duplex): Connection => {
    const connection = connections.get(socket) ?? createConnection(limits);
    connections.set(socket, connection);
    return connection;
  };

  return async (request, response) => {
    if (request.method === "GET" || request.method === "HEAD") {
      const page = pages[request.url ?? ""]?.() ?? { status: 404, type: "text/plain", body: "POST JSON-RPC here.\n" };
      response.writeHead(page.status, { "content-type": page.type }).end(page.body);
      return;
    }
    if (request.method !== "POST")
      return refuse(response, { status: 405, error: parseError("the HTTP method is not POST") });
    await readBody(request, async (body) => {
      if (typeof body !== "string") return refuse(response, body);
      const connection = connectionOf(request.socket);
      const answer = await dispatch(body, connection);
      const isLast = isClosing() || connection.isFlooding;
      response.writeHead(200, { "content-type": "application/json", ...(isLast ? { connection: "close" } : {}) });
      response.end(answer);
    });
  };
}

type HttpRefusal = { readonly status: number; readonly error: Error };

/** Reads bodies, up to a size each and all together; a body counts until `use` is done with it. */
function createBodyReader({ maxBodyBytes, maxPendingBytes }: RpcLimits) {
  let pendingBytes = 0;
  return async (request: IncomingMessage, use: (body: string | HttpRefusal) => Promise<void> | void): Promise<void> => {
    const refusal = (): HttpRefusal => ({ status: 413, error: tooLarge(maxBodyBytes) });
    if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) return await use(refusal());
    let held = 0;
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) {
        held += chunk.length;
        pendingBytes += chunk.length;
        if (held > maxBodyBytes) return await use(refusal());
        if (pendingBytes > maxPendingBytes) return await use({ status: 503, error: nodeBusy() });
        chunks.push(chunk);
      }
      await use(Buffer.concat(chunks).toString());
    } finally {
      pendingBytes -= held;
    }
  };
}

/** Answers before the request has been read, and reads no further. */
function refuse(response: ServerResponse, { status, error }: HttpRefusal): void {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: errorObject(error) }), () => {
    response.socket?.destroySoon();
  });
}
