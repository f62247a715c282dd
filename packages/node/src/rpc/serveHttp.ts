import type { IncomingMessage, ServerResponse } from "node:http";
import type { Allowance } from "./allowances.ts";
import type { Connection } from "./connection.ts";
import type { Dispatch, Origin } from "./dispatch.ts";
import { errorObject, needsJson, parseError, RpcError, tooLarge } from "./errors.ts";
import { type Door, judgeRequest } from "./judgeRequest.ts";
import type { RpcLimits } from "./limits.ts";

/** What the server answers to a GET request. */
export type Page = {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  /** Beside its type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How many calls it counts as: a large one as more than one. */
  readonly calls?: number;
};

export type HttpDependencies = {
  readonly door: Door;
  readonly limits: Pick<RpcLimits, "maxBodyBytes">;
  readonly dispatch: Dispatch;
  readonly pages: ReadonlyMap<string, () => Page>;
  /** Pages beside these, by their path. */
  readonly pageAt: (path: string) => Page | undefined | Promise<Page | undefined>;
  readonly connectionOf: (request: IncomingMessage) => { readonly connection: Connection; readonly address: Allowance };
  readonly isClosing: () => boolean;
};

const NO_PAGE: Page = { status: 404, type: "text/plain", body: "POST JSON-RPC here.\n" };

/** Seconds for which a browser need not ask again. */
const PREFLIGHT_SECONDS = "600";

/**
 * Answers one HTTP request: a page, a preflight of a browser, or JSON-RPC. What the server refuses it refuses before it
 * reads a body.
 */
export async function serveHttp(
  request: IncomingMessage,
  response: ServerResponse,
  dependencies: HttpDependencies,
): Promise<void> {
  const { door, limits, pages, connectionOf } = dependencies;
  const { address } = connectionOf(request);
  const { host, origin } = request.headers;
  try {
    address.begin(1);
    address.end(1);
    const judgement = judgeRequest({ host, origin, localAddress: request.socket.localAddress }, door);
    if (!judgement.isAllowed) throw new Refusal(403, judgement.error);
    // Even an answer without an origin must not be kept for a page that has one.
    response.setHeader("vary", "origin");
    if (judgement.origin !== undefined) response.setHeader("access-control-allow-origin", judgement.origin);
    if (request.method === "OPTIONS" && judgement.origin !== undefined) return answerPreflight(request, response);
    if (request.method === "GET" || request.method === "HEAD") {
      const path = request.url ?? "";
      const page = pages.get(path)?.() ?? (await dependencies.pageAt(path));
      // One call is taken already.
      address.begin((page?.calls ?? 1) - 1);
      address.end((page?.calls ?? 1) - 1);
      const { status, type, body, headers }: Page = page ?? NO_PAGE;
      response.writeHead(status, { ...headers, "content-type": type }).end(body);
      return;
    }
    requireJsonPost(request, limits.maxBodyBytes);
    await answerCalls(request, response, dependencies);
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof RpcError)) throw error;
    refuse(response, error);
  }
}

/** Says that the page may go on. `fetch` asks before everything that a form could not send: here, before everything. */
function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  const isToPrivate = request.headers["access-control-request-private-network"] === "true";
  response.writeHead(204, {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "content-type, traceparent",
    "access-control-max-age": PREFLIGHT_SECONDS,
    ...(isToPrivate ? { "access-control-allow-private-network": "true" } : {}),
  });
  response.end();
}

/** A browser sends JSON to another origin only after a preflight. */
function requireJsonPost({ method, headers }: IncomingMessage, maxBodyBytes: number): void {
  if (method !== "POST") throw new Refusal(405, parseError("the HTTP method is not POST"));
  const type = headers["content-type"] ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new Refusal(415, needsJson(type));
  if (Number(headers["content-length"] ?? 0) > maxBodyBytes) throw new Refusal(413, tooLarge(maxBodyBytes));
}

async function answerCalls(
  request: IncomingMessage,
  response: ServerResponse,
  { limits, dispatch, connectionOf, isClosing }: HttpDependencies,
): Promise<void> {
  const { connection, address } = connectionOf(request);
  let held = 0;
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) {
      if (held + chunk.length > limits.maxBodyBytes) throw new Refusal(413, tooLarge(limits.maxBodyBytes));
      address.hold(chunk.length);
      held += chunk.length;
      chunks.push(chunk);
    }
    const answer = await dispatch(Buffer.concat(chunks).toString(), connection, originOf(request));
    const isLast = isClosing() || connection.isFlooding;
    response.writeHead(200, { "content-type": "application/json", ...(isLast ? { connection: "close" } : {}) });
    response.end(answer);
  } finally {
    address.release(held);
  }
}

function originOf({ url = "/", headers }: IncomingMessage): Origin {
  const { traceparent } = headers;
  return { path: url, ...(typeof traceparent === "string" && { traceparent }) };
}

/** An error that is answered with an HTTP status of its own. */
class Refusal extends Error {
  readonly status: number;
  readonly error: RpcError;

  constructor(status: number, error: RpcError) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

/** Of what the allowance of an address refuses. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = { "rpc/busy": 503 };
const TOO_MANY_REQUESTS = 429;

/** Answers before the request has been read, and reads no further. */
function refuse(response: ServerResponse, refusal: Refusal | RpcError): void {
  const [status, error] =
    refusal instanceof Refusal
      ? [refusal.status, refusal.error]
      : [STATUS_BY_CODE[refusal.code] ?? TOO_MANY_REQUESTS, refusal];
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(errorText(error), () => response.socket?.destroySoon());
}

/** The body of an answer to a request that was not read. */
export function errorText(error: RpcError): string {
  return JSON.stringify({ jsonrpc: "2.0", id: null, error: errorObject(error) });
}
