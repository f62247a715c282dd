import { LONGEST_ABSENCE_ROUNDS } from "@frond/sequencer";
import { hasMail, isAwaiting } from "./deliver.ts";
import { isHere, type LayerState } from "./layerState.ts";
import { isQuarantined, putLayer, type Tree } from "./tree.ts";

type Failing = { readonly time: number; readonly layerId: bigint };

/**
 * The time of a layer's first failing transaction in line, if everything that the transaction can need is back; else
 * undefined. Times are Lamport clocks, so everything that a transaction needs has a lower time. It is back when no
 * message waits for the layer, and when no layer that was set back lacks a place for a transaction with a lower time.
 */
export function giveUpOf(tree: Tree, layer: LayerState): number | undefined {
  // What the closed epoch leaves out comes back, too: first it has to be known.
  if (!isHere(layer) || tree.epoch.stage !== "open" || tree.closed?.stage === "blocks") return undefined;
  const time = layer.at!.returning.failing;
  // In quarantine a layer can't send, and what it promised may need that.
  if (time === undefined || isQuarantined(tree, layer)) return undefined;
  if (isWaitedFor(tree, layer) && isAwaiting(tree, layer)) return undefined;
  for (const other of tree.layers.values())
    if (other !== layer && mayStillSend(tree, other, { time, layerId: layer.layerId })) return undefined;
  return time;
}

/** Whether a layer that was set back may send again what others had from it, before it stands at `than`. */
function mayStillSend(tree: Tree, other: LayerState, than: Failing): boolean {
  if (!isWaitedFor(tree, other) || !other.conduct.isEstablished) return false;
  if (!isPresent(tree, other) || isAwaiting(tree, other)) return true;
  const { waiting } = other.at!.returning;
  if (waiting === undefined) return false;
  return waiting < than.time || (waiting === than.time && other.layerId < than.layerId);
}

/**
 * Others wait for a layer from its set-back until all layers are back, but not for ever: the layer's own report may be
 * false.
 */
function isWaitedFor({ round }: Tree, { returningSince, isFrozen }: LayerState): boolean {
  return isFrozen !== true && returningSince !== undefined && round - returningSince <= LONGEST_ABSENCE_ROUNDS;
}

/** Whether a layer is in its session, and what it has sent since is here. */
function isPresent(tree: Tree, layer: LayerState): boolean {
  return isHere(layer) && layer.at!.message <= tree.letters.lastPosition(layer.layerId, layer.at!.epoch);
}

/**
 * Checks whether all layers that were set back have their blocks and their promised transactions again. This is checked
 * for all layers together: a layer that has consumed everything may still receive messages from another layer.
 */
export function noteReturned(tree: Tree): void {
  const returning = [...tree.layers.values()].filter(({ returningSince }) => returningSince !== undefined);
  if (returning.length === 0) return;
  for (const other of tree.layers.values()) if (other.at?.returning.failing !== undefined) tree.dirty.add(other);
  const isThrough = (layer: LayerState) =>
    isPresent(tree, layer) && !hasMail(tree, layer) && layer.at!.returning.waiting === undefined;
  const isHolding = (layer: LayerState) => isWaitedFor(tree, layer) && layer.conduct.isEstablished;
  if (returning.some((layer) => isHolding(layer) && !isThrough(layer))) return;
  for (const layer of returning) {
    if (!isThrough(layer)) continue;
    layer.returningSince = undefined;
    putLayer(tree, layer);
  }
}
