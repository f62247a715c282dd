import type { BlockRecord } from "@frond/store";
import { blocksOfEpoch, type LayerState } from "./layerState.ts";
import type { Letter } from "./letter.ts";
import { spentBlocks } from "./spent.ts";
import { isBelieved, type Tree } from "./tree.ts";

/** A layer that has so few blocks left in an epoch needs them for what is in flight already. */
export const BLOCKS_FOR_MESSAGES = 8;

/** Blocks that may be here of a layer in an epoch: its share, less what it has used up and taken back. */
export function shareOfBlocks(tree: Tree, layer: LayerState): number {
  const { blocksOfLayer, blocksOfStranger } = tree.options.shares;
  return Math.max(0, (isBelieved(tree, layer) ? blocksOfLayer : blocksOfStranger) - spentBlocks(tree, layer));
}

/** Blocks that a layer has made of an epoch: those that are here, or more, as it says. */
export function blocksUsed(layer: LayerState, epoch: number): number {
  const { at } = layer;
  const said = at?.epoch === epoch ? at.block - at.sealed : 0;
  return Math.max(said, blocksOfEpoch(layer, epoch).length);
}

/** Messages that one block of a layer can consume, at most. */
export function lettersOfBlock({ known }: LayerState): number {
  return Math.max(...known.sizes.map(({ consumed }) => consumed));
}

/** Whether a layer has handed over all blocks of the running epoch that it may: it can consume nothing any more. */
export function isOutOfBlocks(tree: Tree, layer: LayerState): boolean {
  return blocksOfEpoch(layer, tree.epoch.number).length >= shareOfBlocks(tree, layer);
}

/**
 * Whether a layer is out of blocks and did what it could: the last blocks of its share are for messages, and it has
 * consumed some in each of the last of these. A message may do so much that no other has room beside it.
 */
export function hasSpentItsShare(tree: Tree, layer: LayerState): boolean {
  if (!isOutOfBlocks(tree, layer)) return false;
  const last = blocksOfEpoch(layer, tree.epoch.number).slice(-BLOCKS_FOR_MESSAGES / 2);
  return last.every(({ consumed }) => consumed.length > 0);
}

/**
 * How many more letters a layer may have: no more than the blocks that it has left can consume, besides what it has and
 * has not handed over in a block.
 */
export function roomForLetters(tree: Tree, layer: LayerState): number {
  const { number } = tree.epoch;
  const left = Math.max(0, shareOfBlocks(tree, layer) - blocksUsed(layer, number));
  let room = left * lettersOfBlock(layer);
  for (const { epoch, counts } of tree.letters.mailTo(layer.layerId))
    if (epoch === number) room -= counts.sentUnconsumed;
  return Math.max(0, room);
}

/** The letters that blocks consume, by name. */
export function consumedIn(blocks: readonly BlockRecord[]): Set<string> {
  return new Set(
    blocks.flatMap(({ consumed }) =>
      consumed.map(({ message: { from }, position }) => nameOfLetter({ from, position })),
    ),
  );
}

export function nameOfLetter({ from, position }: Pick<Letter, "from" | "position">): string {
  return `${from}/${position}`;
}
