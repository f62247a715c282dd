import { createBucket } from "@frond/foundation";
import type { Allowance } from "./allowances.ts";
import { callsTooFast, needsWebSocket, tooManyInFlight, tooManySubscriptions } from "./errors.ts";
import type { RpcLimits } from "./limits.ts";

/** One client's connection, and what it may still do. */
export type Connection = {
  /**
   * Takes calls from the allowances of the connection and its address. @throws RpcError rate-limited,
   * too-many-in-flight
   */
  begin(calls: number): void;
  end(calls: number): void;
  /** It goes on calling though it was refused again and again: close it. */
  readonly isFlooding: boolean;
  /** Sends a notification; undefined on HTTP. */
  readonly notify?: (text: string) => void;
  /** Notes how a subscription ends. @throws RpcError needs-websocket, too-many-subscriptions */
  subscribe(id: string, end: () => void): void;
  /** Takes the registration of a layer from the allowance of the address. @throws RpcError rate-limited */
  register(): void;
  /** Ends a subscription; false if there is none of this id. */
  unsubscribe(id: string): boolean;
  /** Ends all subscriptions. */
  close(): void;
};

/** Answers a question that counts for so many calls while it is answered. @throws RpcError as `begin` does */
export function withCalls<T>(connection: Connection, calls: number, answer: () => T): T {
  connection.begin(calls);
  try {
    return answer();
  } finally {
    connection.end(calls);
  }
}

/** More than those accepted, each of which counts for two; a client that heeds `retryAfter` stays far below. */
const MAX_REFUSALS = 1_000;

export function createConnection(
  limits: Pick<RpcLimits, "callRate" | "callBurst" | "maxInFlight" | "maxSubscriptions">,
  address: Allowance,
  notify?: (text: string) => void,
): Connection {
  const bucket = createBucket({ rate: limits.callRate, burst: limits.callBurst });
  const subscriptions = new Map<string, () => void>();
  let inFlight = 0;
  let refusals = 0;

  function take(calls: number): void {
    if (inFlight + calls > limits.maxInFlight) throw tooManyInFlight(limits.maxInFlight);
    const wait = bucket.take(calls);
    if (wait > 0) throw callsTooFast(wait);
    address.begin(calls);
    inFlight += calls;
  }

  function unsubscribe(id: string): boolean {
    const end = subscriptions.get(id);
    if (end === undefined) return false;
    subscriptions.delete(id);
    address.unsubscribe();
    end();
    return true;
  }

  return {
    begin(calls) {
      refusals++;
      take(calls);
      refusals = Math.max(0, refusals - 3);
    },
    end(calls) {
      inFlight -= calls;
      address.end(calls);
    },
    get isFlooding() {
      return refusals > MAX_REFUSALS;
    },
    ...(notify === undefined ? {} : { notify }),
    subscribe(id, end) {
      if (notify === undefined) throw needsWebSocket();
      if (subscriptions.size >= limits.maxSubscriptions) throw tooManySubscriptions(limits.maxSubscriptions);
      address.subscribe();
      subscriptions.set(id, end);
    },
    register: () => address.register(),
    unsubscribe,
    close() {
      for (const id of [...subscriptions.keys()]) unsubscribe(id);
    },
  };
}
