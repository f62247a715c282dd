import type { LayerState } from "./layerState.ts";
import { setBack } from "./setBack.ts";
import type { Tree } from "./tree.ts";

/**
 * Sets a layer back that is itself the cause. The blocks that it had handed over stay a part of its share until the
 * next round: else it would have as many proofs begun in one epoch as it likes. A layer that others set back hands over
 * the same number of blocks again, because each such set-back costs the one who caused it a quarantine. The next round
 * begins with the next epoch, and on an idle network by itself (`passRound.ts`).
 */
export function setBackByItself(tree: Tree, layer: LayerState): void {
  const lost = [...layer.blocks.keys()].filter((number) => number > layer.base).length;
  layer.spent = { round: tree.round, blocks: spentBlocks(tree, layer) + lost };
  setBack(tree, [layer.layerId]);
}

/** Blocks of a layer's share that are used up in this round, though they are not here any more. */
export function spentBlocks({ round }: Pick<Tree, "round">, { spent }: Pick<LayerState, "spent">): number {
  return spent?.round === round ? spent.blocks : 0;
}
