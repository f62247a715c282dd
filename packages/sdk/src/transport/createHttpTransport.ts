import { TransportError } from "../errors.ts";
import { createStateHolder } from "./connectionState.ts";
import { outcomeOf, reasonOf } from "./outcome.ts";
import type { Transport, TransportOptions } from "./types.ts";

/**
 * Sends one HTTP request per `send`. Several calls travel as one batch. There is no connection to keep: the state says
 * how the last request went, and the next call is the next attempt.
 */
export function createHttpTransport(url: string, { timeoutSeconds = 30 }: TransportOptions = {}): Transport {
  const holder = createStateHolder();
  let nextId = 1;
  let failures = 0;

  async function post(body: unknown): Promise<unknown> {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      });
      const answer: unknown = await response.json();
      failures = 0;
      holder.set({ kind: "connected" });
      return answer;
    } catch (cause) {
      const reason = reasonOf(cause);
      failures += 1;
      holder.set({ kind: "reconnecting", attempt: failures, pauseMilliseconds: 0, reason });
      throw new TransportError(url, reason, cause);
    }
  }

  return {
    url,
    get state() {
      return holder.state;
    },
    onState: holder.onState,
    async send(calls) {
      if (holder.state.kind === "idle") holder.set({ kind: "connecting" });
      const requests = calls.map((call) => ({ jsonrpc: "2.0", id: nextId++, ...call }));
      const answer = await post(requests.length === 1 ? requests[0] : requests);
      const answers = Array.isArray(answer) ? answer : [answer];
      const byId = new Map(answers.map((item) => [(item as { id?: unknown } | null)?.id, item]));
      return requests.map((request) => outcomeOf(request.method, byId.get(request.id) ?? answers[0]));
    },
    async close() {
      holder.set({ kind: "closed" });
    },
  };
}
