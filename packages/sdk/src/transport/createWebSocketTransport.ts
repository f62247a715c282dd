import { createAnswers } from "@frond/foundation";
import { TooManyCallsError, TransportError } from "../errors.ts";
import { createStateHolder } from "./connectionState.ts";
import { closedError, createConnection } from "./createConnection.ts";
import { createSubscriptions } from "./createSubscriptions.ts";
import { outcomeOf } from "./outcome.ts";
import type { RpcCall, RpcOutcome, Transport, TransportOptions } from "./types.ts";

/** Calls that wait for their answers at most. */
const MAXIMUM_IN_FLIGHT = 4_096;
/** Unsent bytes of calls at most. */
const MAXIMUM_UNSENT_BYTES = 8_000_000;

/** What is kept with a call: `onResult` is called before any later message is read. */
type Sent = { readonly method: string; readonly onResult?: ((result: unknown) => void) | undefined };

type Notification = { readonly subscription?: unknown; readonly result?: unknown };

/**
 * One WebSocket, opened at the first call. A loss rejects the calls in flight; the node may have received any of them.
 * While there are subscriptions, a lost connection is opened again, with pauses that grow, and they are made again;
 * else the next call opens it.
 */
export function createWebSocketTransport(url: string, options: TransportOptions = {}): Transport {
  const { timeoutSeconds = 30 } = options;
  const answers = createAnswers<RpcOutcome, Sent>();
  const holder = createStateHolder();
  const subscriptions = createSubscriptions((call, onResult) => sendOne(call, onResult));
  const connection = createConnection(
    {
      url,
      holder,
      isNeeded: () => subscriptions.size > 0,
      renew: subscriptions.renew,
      onText: receive,
      onLost(error) {
        answers.rejectAll(error);
        subscriptions.forget();
      },
      ask: () => sendOne({ method: "frond_status", params: {} }),
    },
    options,
  );

  function receive(text: string): void {
    const message: unknown = JSON.parse(text);
    for (const item of Array.isArray(message) ? message : [message]) {
      const { id, result, params } = item as { id?: unknown; result?: unknown; params?: Notification };
      const sent = answers.kept(id);
      if (sent !== undefined) {
        if (result !== undefined) sent.onResult?.(result);
        settle(id, sent.method, item);
      } else if (params !== undefined) {
        subscriptions.notify(String(params.subscription), params.result);
      }
    }
  }

  function settle(id: unknown, method: string, item: unknown): void {
    try {
      answers.resolve(id, outcomeOf(method, item));
    } catch (error) {
      answers.reject(id, error as Error);
    }
  }

  async function sendOne(call: RpcCall, onResult?: (result: unknown) => void): Promise<RpcOutcome> {
    if (connection.isClosed) throw closedError(url);
    const socket = await connection.connect();
    if (answers.size >= MAXIMUM_IN_FLIGHT || socket.bufferedAmount > MAXIMUM_UNSENT_BYTES) {
      throw new TooManyCallsError(url, answers.size);
    }
    const lateError = () => new TransportError(url, `no answer within ${timeoutSeconds} seconds`);
    const within = { withinMilliseconds: timeoutSeconds * 1000, lateError };
    const { id, answer } = answers.expect({ method: call.method, onResult }, within);
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, ...call }));
    return await answer;
  }

  return {
    url,
    get state() {
      return holder.state;
    },
    onState: holder.onState,
    send: (calls) => Promise.all(calls.map((call) => sendOne(call))),
    subscribe: subscriptions.add,
    async close() {
      if (connection.isClosed) return;
      subscriptions.clear();
      await connection.close();
    },
  };
}
