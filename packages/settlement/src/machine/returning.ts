import { isAwaiting } from "./deliver.ts";
import { isHere, type LayerState } from "./layerState.ts";
import type { Tree } from "./tree.ts";

/** A layer that was set back and stays away for so many epochs is not waited for any more. */
const LONGEST_ABSENCE = 8;

/**
 * The slot of a layer's first returning transaction that fails, if everything that it can need is back; else undefined. What it needs has a lower slot, for slots are Lamport clocks: so it is back when
 * nothing waits for the layer, and no layer that was set back still lacks a place for something with a lower slot.
 */
export function giveUpOf(tree: Tree, layer: LayerState): number | undefined {
  if (!isHere(layer) || tree.epoch.stage !== "open") return undefined;
  const { slot } = layer.at!.returning;
  if (slot === undefined || isAwaiting(tree, layer)) return undefined;
  for (const other of tree.layers.values())
    if (other !== layer && mayStillSend(tree, other, { slot, layerId: layer.layerId })) return undefined;
  return slot;
}

function mayStillSend(
  tree: Tree,
  other: LayerState,
  than: { readonly slot: number; readonly layerId: bigint },
): boolean {
  if (other.returningSince === undefined || !other.conduct.isEstablished) return false;
  if (tree.epoch.number - other.returningSince > LONGEST_ABSENCE) return false;
  if (!isHere(other)) return true;
  const { count, slot } = other.at!.returning;
  if (isAwaiting(tree, other) && count > 0) return true;
  if (slot === undefined) return false;
  return slot < than.slot || (slot === than.slot && other.layerId < than.layerId);
}

/** Notes that a layer which was set back has its place again, and all that it promised too. */
export function isBack({ drops, at }: LayerState): boolean {
  return drops.length === 0 && at !== undefined && at.returning.count === 0;
}
