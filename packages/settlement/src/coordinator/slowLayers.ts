import type { LayerState } from "../machine/layerState.ts";

/** Each answer leaves this part of how slow a layer was before. */
const REMEMBERED = 3 / 4;
/** Layers that differ by less are as slow as each other, so that bundles mostly ask layers in one order. */
const STEP_MILLISECONDS = 50;

/**
 * How slowly layers have answered of late when they were asked to prepare a leg, whatever they answered. Legs that are
 * prepared keep locked what they touch while the next layer is asked, so the slowest layer is asked first. In memory
 * only: a restart of the coordinator forgets it.
 */
export type SlowLayers = {
  noteAnswer(layer: LayerState, milliseconds: number): void;
  /** 0 for a layer that answers at once, and more for a slower one. */
  rank(layer: LayerState): number;
};

export function createSlowLayers(): SlowLayers {
  const slowest = new WeakMap<LayerState, number>();
  return {
    noteAnswer(layer, milliseconds) {
      slowest.set(layer, Math.max(milliseconds, (slowest.get(layer) ?? 0) * REMEMBERED));
    },
    rank: (layer) => Math.floor((slowest.get(layer) ?? 0) / STEP_MILLISECONDS),
  };
}
