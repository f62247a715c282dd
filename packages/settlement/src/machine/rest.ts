import type { LayerState } from "./layerState.ts";

const LONGEST_REST_MILLISECONDS = 86_400_000;
/** For how many times its rest a layer is suspect afterwards. */
const SUSPICION = 4;

type Resting = Pick<LayerState, "rest">;

/**
 * A layer whose block can't be proven rests for as long as the attempt took, and for twice as long each time that it
 * fails again while it is suspect: others lose a part of their time to it that it can't make larger
 * (docs/decisions/0014). What was begun before a rest has no part in it. Times are in milliseconds since 1970.
 */
export function restAfter(layer: Resting, { startedAt, now }: { startedAt: number; now: number }): void {
  if (isResting(layer, now)) return;
  const longer = isSuspect(layer, startedAt) ? 2 * layer.rest!.length : 0;
  const length = Math.min(Math.max(longer, now - startedAt), LONGEST_REST_MILLISECONDS);
  layer.rest = { until: now + length, length };
}

/** A clock that was set back makes no rest longer than a day. */
export function isResting({ rest }: Resting, now: number): boolean {
  return rest !== undefined && now < rest.until && rest.until <= now + LONGEST_REST_MILLISECONDS;
}

/** Blocks of a suspect layer are proven one after the other only. */
export function isSuspect({ rest }: Resting, now: number): boolean {
  return rest !== undefined && now < rest.until + SUSPICION * rest.length;
}
