import { expect, it } from "vitest";
import type { LayerState } from "../machine/layerState.ts";
import { createSlowLayers } from "./slowLayers.ts";

const layer = {} as LayerState;

/** Ranks after each of some answers. */
function ranks(milliseconds: readonly number[]): number[] {
  const slow = createSlowLayers();
  return milliseconds.map((took) => {
    slow.noteAnswer(layer, took);
    return slow.rank(layer);
  });
}

it("a layer that was slow once is asked before others until it has answered quickly eight times or so", () => {
  expect(createSlowLayers().rank(layer)).toBe(0);
  expect(ranks([49, 49, 49])).toEqual([0, 0, 0]);
  expect(ranks([500, 5, 5, 5, 5, 5, 5, 5, 5, 5])).toEqual([10, 7, 5, 4, 3, 2, 1, 1, 1, 0]);
  expect(ranks([1_000, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]).at(-1)).toBeGreaterThan(0);
});
