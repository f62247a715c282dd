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
  // What the closed epoch leaves out comes back, too: first it has to be known.
  if (!isHere(layer) || tree.epoch.stage !== "open" || tree.closed?.stage === "blocks") return undefined;
  const slot = layer.at!.returning.failing;
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
  if (!other.conduct.isEstablished) return false;
  const { returningSince } = other;
  if (!isHere(other)) return returningSince !== undefined && tree.epoch.number - returningSince <= LONGEST_ABSENCE;
  if (isSending(tree, other)) return true;
  const { count, waiting } = other.at!.returning;
  if (isAwaiting(tree, other) && count > 0) return true;
  if (waiting === undefined) return false;
  return waiting < than.slot || (waiting === than.slot && other.layerId < than.layerId);
}

/** Whether a layer has sent messages that are not here yet. */
function isSending(tree: Tree, { layerId, at }: LayerState): boolean {
  return at!.message > tree.letters.lastPosition(layerId, at!.epoch);
}

/** Whether a layer that was set back has its place again, all that it promised too, and all that it sent is here. */
export function isBack(tree: Tree, layer: LayerState): boolean {
  const { drops, at } = layer;
  return drops.length === 0 && at !== undefined && at.returning.count === 0 && !isSending(tree, layer);
}
