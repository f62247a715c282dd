import { deliverTo } from "./deliver.ts";
import type { LayerState, Position } from "./layerState.ts";
import { isBack } from "./returning.ts";
import { noteOffence, setBack } from "./setBack.ts";
import { putLayer, type Tree } from "./tree.ts";

/**
 * A layer says where it is. Returns why it can't go on, if it can't: it knows more than this coordinator, or less than what has settled. Nothing that a layer says here can set back others but those that
 * built on blocks of its own which it has lost.
 */
export function receivePosition(tree: Tree, layer: LayerState, position: Position): string | undefined {
  if (layer.at !== undefined && position.number <= layer.at.number) return undefined;
  if (position.session > layer.session)
    return `the layer is in session ${position.session}, but the coordinator has set it back ${layer.session} times only: the data of one of them is not its own, or older than it was. Restore it`;
  if (position.block < Math.min(layer.base, layer.accepted))
    return `the layer has ${position.block} blocks, but ${layer.base} of it are in closed epochs. Restore its data directory`;
  const before = layer.at;
  const isNew = before === undefined || before.session !== position.session;
  layer.at = position;
  tree.dirty.add(layer);
  if (position.session < layer.session) return undefined;
  if (position.block < layer.accepted) {
    noteOffence(tree, layer);
    setBack(tree, [layer.layerId]);
    return undefined;
  }
  arrive(tree, layer);
  if (isNew) redeliver(tree, layer);
  if (isNew || before.epoch !== position.epoch) tree.isNetworkDirty = true;
  deliverTo(tree, layer);
  if (JSON.stringify(before?.returning) !== JSON.stringify(position.returning)) noteReturned(tree);
  return undefined;
}

/** What others wait for may be back. */
function noteReturned(tree: Tree): void {
  for (const other of tree.layers.values()) if (other.at?.returning.failing !== undefined) tree.dirty.add(other);
}

/** The layer has done its set-back durably, and perhaps all that it promised has a place again. */
function arrive(tree: Tree, layer: LayerState): void {
  const hadDrops = layer.drops.length > 0;
  layer.drops = [];
  const isReturned = layer.returningSince !== undefined && isBack(tree, layer);
  if (isReturned) layer.returningSince = undefined;
  if (hadDrops || isReturned) putLayer(tree, layer);
}

/** Gives a layer again what it has not said to have handled. What it has had already it knows by the position. */
export function redeliver(tree: Tree, layer: LayerState): void {
  for (const letter of tree.letters.to(layer.layerId)) if (!letter.isHandled) letter.isSent = false;
  for (const [id, isHandled] of layer.deposits) if (!isHandled) layer.deposits.delete(id);
}
