import { callsTooFast, tooManyInFlight } from "./errors.ts";
import type { RpcLimits } from "./limits.ts";

/** One client's connection, and what it may still do. */
export type Connection = {
  /** Takes calls from the connection's allowance. @throws RpcError rate-limited, too-many-in-flight */
  begin(calls: number): void;
  end(calls: number): void;
  /** It goes on calling though it was refused again and again: close it. */
  readonly isFlooding: boolean;
  /** Sends a notification; undefined on HTTP. */
  readonly notify?: (text: string) => void;
  readonly subscriptions: Map<string, () => void>;
};

/** More than those accepted, each of which counts for two; a client that heeds `retryAfter` stays far below. */
const MAX_REFUSALS = 1_000;

export const createConnection = (
  limits: Pick<RpcLimits, "callRate" | "callBurst" | "maxInFlight">,
  notify?: (text: string) => void,
): Connection => {
  let tokens = limits.callBurst;
  let at = performance.now();
  let inFlight = 0;
  let refusals = 0;
  const take = (calls: number): void => {
    const now = performance.now();
    tokens = Math.min(limits.callBurst, tokens + ((now - at) * limits.callRate) / 1000);
    at = now;
    if (tokens < calls) throw callsTooFast(Math.ceil(((calls - tokens) * 1000) / limits.callRate));
    if (inFlight + calls > limits.maxInFlight) throw tooManyInFlight(limits.maxInFlight);
    tokens -= calls;
    inFlight += calls;
  };
  return {
    begin(calls) {
      refusals++;
      take(calls);
      refusals = Math.max(0, refusals - 3);
    },
    end(calls) {
      inFlight -= calls;
    },
    get isFlooding() {
      return refusals > MAX_REFUSALS;
    },
    ...(notify === undefined ? {} : { notify }),
    subscriptions: new Map(),
  };
};
