/** Milliseconds by which the two clocks may differ before the wall clock counts: it was set, or the machine slept. */
const TOLERANCE_MILLISECONDS = 20;

let origin = performance.timeOrigin;

/**
 * The time of a span, in milliseconds since 1970 with fractions: now, or when `performance.now()` was `passed`. Between
 * two settings of the wall clock the differences are exact.
 */
export function traceTime(passed = performance.now()): number {
  const drift = Date.now() - (origin + performance.now());
  if (Math.abs(drift) > TOLERANCE_MILLISECONDS) origin += drift;
  return origin + passed;
}
