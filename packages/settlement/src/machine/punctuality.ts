import type { LayerState } from "./layerState.ts";

/** How often the wait for a layer that is late again and again is doubled. */
const MOST_DOUBLINGS = 6;
/** A layer that is in time so often in a row, when an epoch waited for it, has lived down half of its late epochs. */
const EPOCHS_TO_LIVE_DOWN = 4;

/**
 * A layer was asked to end an epoch that waited for it, and did not in time. Counts once for each epoch. In an epoch
 * that did not wait for the layer there is nothing to be late for.
 */
export function noteLate(layer: LayerState, epoch: number): void {
  if (layer.late.epoch === epoch || !isPunctual(layer, epoch)) return;
  layer.late = { times: layer.late.times + 1, epoch, inTime: 0 };
}

/**
 * A layer has ended an epoch in time. That counts only if the epoch waited for the layer: otherwise a layer could make
 * every second epoch wait in vain, and live it down in those between, which cost it nothing.
 */
export function notePunctual(layer: LayerState, epoch: number): void {
  const { times, epoch: last, inTime } = layer.late;
  if (times === 0 || last === epoch || !isPunctual(layer, epoch)) return;
  const isLivedDown = inTime + 1 === EPOCHS_TO_LIVE_DOWN;
  layer.late = isLivedDown
    ? { times: Math.floor(times / 2), epoch: 0, inTime: 0 }
    : { times, epoch: last, inTime: inTime + 1 };
}

/**
 * Whether an epoch waits for a layer. After n late epochs, only every 2^n-th epoch waits for the layer. So a layer that
 * is slow now and then loses nothing, and one that is late whenever it has lived that down delays one epoch in eight.
 */
export function isPunctual({ late }: LayerState, epoch: number): boolean {
  return late.epoch === epoch || epoch % 2 ** Math.min(late.times, MOST_DOUBLINGS) === 0;
}
