import type { BlockRecord } from "@frond/store";
import { blocksOfEpoch, type LayerState } from "./layerState.ts";
import { noteOffence } from "./setBack.ts";
import { setBackByItself } from "./spent.ts";
import { isBelieved, putLayer, type Tree } from "./tree.ts";

/**
 * A block of a layer can't be proven. While its epoch takes blocks that is like a block that is refused: the layer goes
 * back, with who received from it, and nobody else. When the epoch ends or has ended, what settles of it is chosen
 * without the block.
 */
export function noteUnprovable(tree: Tree, layer: LayerState, number: number): void {
  const { epoch } = tree;
  if (epoch.stage !== "open" || layer.blocks.get(number)?.block.epoch !== epoch.number) return;
  layer.leftOut += 1;
  noteOffence(tree, layer);
  setBackByItself(tree, layer);
  putLayer(tree, layer);
}

/**
 * The blocks of a layer for which the running epoch may end: none before the first of them is proven, since an epoch of
 * which nothing can settle is opened again, and all layers go back. Of a layer that is not believed those that are
 * proven: it can exchange nothing with others, so nothing else is known of its blocks.
 */
export function blocksToSettle(tree: Tree, layer: LayerState): readonly BlockRecord[] {
  const blocks = blocksOfEpoch(layer, tree.epoch.number);
  const unproven = blocks.findIndex(({ number }) => !layer.proven.has(number));
  if (unproven === -1) return blocks;
  return isBelieved(tree, layer) && unproven > 0 ? blocks : blocks.slice(0, unproven);
}
