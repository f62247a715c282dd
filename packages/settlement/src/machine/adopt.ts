import type { Field } from "@frond/foundation";
import { isForcedId } from "../tree/itemIds.ts";
import { noteSettledBundles, noteUsed } from "./closeEpoch.ts";
import { afterSettled } from "./conduct.ts";
import type { LayerState } from "./layerState.ts";
import { setBack } from "./setBack.ts";
import { enterStage, put, putBundle, putLayer, removeBlock, type Tree } from "./tree.ts";

/** What epochs of somebody else made of a layer: how many blocks of it are in them, and its record after them. */
export type AdoptedLayer = { readonly blocks: number; readonly time: number; readonly stateRoot: Field };

/** Epochs on L1 that this coordinator did not settle, as one. */
export type ForeignEpochs = {
  /** The epoch after them, and the end of their time. */
  readonly number: number;
  readonly after: number;
  /** Layers of which they have blocks; all layers of the tree, for a coordinator that knows nothing of them. */
  readonly layers: ReadonlyMap<Field, AdoptedLayer>;
  readonly usedDeposits: readonly number[];
};

/**
 * Takes over epochs of somebody else: the running epoch is the one after them, and every layer goes back to its last
 * block that is in them, or before them, and executes again what it promised since. A layer of which they have blocks
 * compares its block with the record on L1 first.
 */
export function adoptEpochs(tree: Tree, { number, after, layers, usedDeposits }: ForeignEpochs): void {
  for (const id of usedDeposits) noteUsed(tree, id);
  // Whoever made these takes them back on L1.
  for (const { id, expiry } of [...tree.deposits.values()]) if (expiry <= after && !isForcedId(id)) noteUsed(tree, id);
  for (const layer of tree.layers.values()) layer.base = lastSettled(layer) + (layers.get(layer.layerId)?.blocks ?? 0);
  noteSettledBundles(tree, sameBlocks(tree, layers));
  for (const layer of tree.layers.values()) {
    const adopted = layers.get(layer.layerId);
    for (const block of [...layer.blocks.keys()]) if (block <= layer.base) removeBlock(tree, layer, block);
    if (adopted === undefined) continue;
    if (adopted.blocks > 0) {
      layer.conduct = afterSettled(layer.conduct);
      layer.leftOut = 0;
    }
    layer.adopted = { time: adopted.time, stateRoot: adopted.stateRoot };
    layer.time = Math.max(layer.time, adopted.time);
    putLayer(tree, layer);
  }
  for (const bundle of tree.bundles.values())
    if (bundle.status === "preconfirmed") putBundle(tree, { ...bundle, epoch: number });
  put(tree, "coordinator", "submission", undefined);
  enterStage(tree, { stage: "open", number, after }, undefined);
  setBack(tree, tree.layers.keys());
}

/** The number of a layer's last block that has settled: those that have not are here. */
function lastSettled({ base, blocks }: LayerState): number {
  return Math.min(base, ...[...blocks.keys()].map((number) => number - 1));
}

/** Layers whose blocks here are those on L1, with the last one of these. */
function sameBlocks({ layers }: Tree, adopted: ForeignEpochs["layers"]): Map<Field, number> {
  const through = new Map<Field, number>();
  for (const [layerId, { time, stateRoot }] of adopted) {
    const layer = layers.get(layerId);
    const block = layer?.blocks.get(layer.base)?.block;
    if (block?.time === time && block.stateRootAfter === stateRoot) through.set(layerId, layer!.base);
  }
  return through;
}
