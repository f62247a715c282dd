import type { LayerState } from "./layerState.ts";

/** How often the wait for a layer that is late again and again is doubled. */
const MOST_DOUBLINGS = 6;

/** A layer was asked to end an epoch, and did not in time. Once for each epoch. */
export function noteLate(layer: LayerState, epoch: number): void {
  if (layer.late.epoch !== epoch) layer.late = { times: layer.late.times + 1, epoch };
}

/** A layer has ended an epoch; if it was late before in the same epoch, that stays. */
export function notePunctual(layer: LayerState, epoch: number): void {
  if (layer.late.epoch !== epoch) layer.late = { times: 0, epoch: 0 };
}

/**
 * Whether an epoch waits for a layer. After n late epochs in a row, only every 2^n-th epoch waits for the layer. So a
 * layer that is slow now and then loses nothing, and a connected layer that never answers delays few epochs.
 */
export function isPunctual({ late }: LayerState, epoch: number): boolean {
  return late.epoch === epoch || epoch % 2 ** Math.min(late.times, MOST_DOUBLINGS) === 0;
}
