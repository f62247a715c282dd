import type { LayerState } from "./layerState.ts";

const LONGEST_REST = 86_400_000;
/** For how many times its rest a layer is suspect afterwards. */
const SUSPICION = 4;

/**
 * A layer whose block can't be proven rests as long as the attempt took, and twice as long after each further failure
 * while the layer is suspect. So the layer takes a bounded part of the others' proving time (docs/decisions/0014).
 * An attempt that ends during a rest does not lengthen the rest.
 */
export function restAfter(layer: LayerState, startedAt: number): void {
  const now = Date.now();
  if (isResting(layer)) return;
  const longer = isSuspect(layer, startedAt) ? 2 * layer.rest!.length : 0;
  const length = Math.min(Math.max(longer, now - startedAt), LONGEST_REST);
  layer.rest = { until: now + length, length };
}

export function isResting({ rest }: Pick<LayerState, "rest">): boolean {
  return rest !== undefined && Date.now() < rest.until;
}

/** Blocks of a suspect layer are proven one after the other only. */
export function isSuspect({ rest }: Pick<LayerState, "rest">, at = Date.now()): boolean {
  return rest !== undefined && at < rest.until + SUSPICION * rest.length;
}
