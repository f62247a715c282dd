import { createAnswers } from "@frond/foundation";
import { WebSocket } from "ws";
import { RpcError, TransportError, UnexpectedAnswerError } from "./errors.ts";

export type RpcCall = { readonly method: string; readonly params: unknown };
export type RpcOutcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: RpcError };

/** A connection to a node. `send` returns the outcomes in the order of the calls. */
export interface Transport {
  readonly url: string;
  /** @throws {@link TransportError} when the node can't be reached or does not answer in time */
  send(calls: readonly RpcCall[]): Promise<RpcOutcome[]>;
  /** Subscribes to notifications. Only WebSocket transports implement it. */
  subscribe?(topic: string, listener: (event: unknown) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export type TransportOptions = { readonly timeoutSeconds?: number };

/** HTTP for `http:` and `https:` addresses, a WebSocket for `ws:` and `wss:` addresses. */
export function createTransport(url: string, options: TransportOptions = {}): Transport {
  return /^wss?:/.test(url) ? createWebSocketTransport(url, options) : createHttpTransport(url, options);
}

/** Sends one HTTP request per `send`. Several calls travel as one batch. */
function createHttpTransport(url: string, { timeoutSeconds = 30 }: TransportOptions = {}): Transport {
  let nextId = 1;
  return {
    url,
    async send(calls) {
      const requests = calls.map((call) => ({ jsonrpc: "2.0", id: nextId++, ...call }));
      const answer = await post(url, requests.length === 1 ? requests[0] : requests, timeoutSeconds);
      const answers = Array.isArray(answer) ? answer : [answer];
      const byId = new Map(answers.map((item) => [(item as { id?: unknown } | null)?.id, item]));
      return requests.map((request) => outcomeOf(request.method, byId.get(request.id) ?? answers[0]));
    },
    async close() {},
  };
}

async function post(url: string, body: unknown, timeoutSeconds: number): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    return await response.json();
  } catch (cause) {
    throw new TransportError(url, reasonOf(cause), cause);
  }
}

/**
 * One WebSocket, opened at the first call and reopened after a loss. A loss rejects the calls in flight; the node may
 * have received any of them.
 */
function createWebSocketTransport(url: string, { timeoutSeconds = 30 }: TransportOptions = {}): Transport {
  /** With the method of each call. */
  const answers = createAnswers<RpcOutcome, string>();
  const listeners = new Map<string, (event: unknown) => void>();
  let socket: Promise<WebSocket> | undefined;

  function connect(): Promise<WebSocket> {
    return new Promise((resolve, reject) => {
      const opening = new WebSocket(url, { handshakeTimeout: timeoutSeconds * 1000 });
      opening.on("open", () => resolve(opening));
      opening.on("message", (data) => receive(String(data)));
      opening.on("error", (cause) => reject(new TransportError(url, reasonOf(cause), cause)));
      opening.on("close", () => {
        socket = undefined;
        answers.rejectAll(new TransportError(url, "the connection was closed"));
      });
    });
  }

  function receive(text: string): void {
    const message: unknown = JSON.parse(text);
    for (const item of Array.isArray(message) ? message : [message]) {
      const { id, params } = item as { id?: unknown; params?: { subscription?: unknown; result?: unknown } };
      const method = answers.kept(id);
      if (method !== undefined) {
        answers.resolve(id, outcomeOf(method, item));
      } else if (params !== undefined) {
        listeners.get(String(params.subscription))?.(params.result);
      }
    }
  }

  async function send(calls: readonly RpcCall[]): Promise<RpcOutcome[]> {
    socket ??= connect();
    const open = await socket.catch((error: unknown) => {
      socket = undefined;
      throw error;
    });
    const lateError = () => new TransportError(url, `no answer within ${timeoutSeconds} seconds`);
    const outcomes = calls.map((call) => {
      const { id, answer } = answers.expect(call.method, { withinMilliseconds: timeoutSeconds * 1000, lateError });
      open.send(JSON.stringify({ jsonrpc: "2.0", id, ...call }));
      return answer;
    });
    return await Promise.all(outcomes);
  }

  return {
    url,
    send,
    async subscribe(topic, listener) {
      const [outcome] = await send([{ method: "frond_subscribe", params: { topic } }]);
      if (outcome === undefined || !outcome.ok) throw outcome?.error ?? new TransportError(url, "no answer");
      const id = String(outcome.result);
      listeners.set(id, listener);
      return async () => {
        listeners.delete(id);
        await send([{ method: "frond_unsubscribe", params: { subscription: id } }]);
      };
    },
    async close() {
      const open = await socket?.catch(() => undefined);
      if (open === undefined) return;
      await new Promise<void>((resolve) => {
        open.once("close", () => resolve());
        open.close();
      });
    },
  };
}

function outcomeOf(method: string, answer: unknown): RpcOutcome {
  const { result, error } = (answer ?? {}) as {
    result?: unknown;
    error?: { code?: number; message?: string; data?: unknown };
  };
  if (error !== undefined && error !== null) {
    const data = (typeof error.data === "object" && error.data !== null ? error.data : {}) as Record<string, unknown>;
    return {
      ok: false,
      error: new RpcError({
        rpcCode: Number(error.code),
        code: typeof data.code === "string" ? data.code : "sdk/rpc-error",
        message: String(error.message),
        data,
      }),
    };
  }
  if (result === undefined) throw new UnexpectedAnswerError(method, "it has neither a result nor an error");
  return { ok: true, result };
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause;
  return inner instanceof Error && inner.message !== "" ? inner.message : cause.message || cause.name;
}
