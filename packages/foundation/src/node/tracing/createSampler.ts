import { createBucket } from "../../bucket.ts";
import { parseTraceparent, type TraceContext } from "../../tracing/traceparent.ts";
import type { Sampling } from "./tracingSettings.ts";

/** Decides about one trace. `parent` is the caller's span, whose trace goes on. */
export type Sampler = (caller: string | undefined) => {
  readonly isSampled: boolean;
  readonly parent: TraceContext | undefined;
};

/**
 * Decides which traces are sampled. Callers may be strangers: what they ask for has an allowance of its own, so they
 * neither fill the receiver nor use up what is left for traces that begin here. Where callers are not heeded, the ratio
 * is one of chances and not of trace ids, for a caller chooses its trace id.
 */
export function createSampler(
  { heedsCallers, ratio, perSecond }: Sampling,
  { random = Math.random, clock }: { readonly random?: () => number; readonly clock?: () => number } = {},
): Sampler {
  const allowance = { rate: perSecond, burst: perSecond };
  const own = createBucket(allowance, clock);
  const asked = createBucket(allowance, clock);
  return (caller) => {
    const parent = caller === undefined ? undefined : parseTraceparent(caller);
    const isSampled =
      parent !== undefined && heedsCallers
        ? parent.isSampled && asked.take(1) === 0
        : random() < ratio && own.take(1) === 0;
    return { isSampled, parent };
  };
}
