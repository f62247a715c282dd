import type { Field } from "@frond/foundation";
import { afterOffence } from "./conduct.ts";
import type { Drop, LayerState } from "./layerState.ts";
import { receiversOf } from "./letters.ts";
import { putLayer, removeBlock, removeLetter, type Tree } from "./tree.ts";

/**
 * Leads layers back to their last block of closed epochs, and with them everybody who received from one of them since: what they built on is gone. What they sent is void; what was sent to them is delivered
 * again. Each executes its promised transactions again, except `drops` (ARCHITECTURE.md, "A set-back"). One change: durable for all of them or for none.
 */
export function setBack(tree: Tree, seeds: Iterable<Field>, drops?: ReadonlyMap<Field, readonly Drop[]>): Set<Field> {
  const ids = receiversOf(seeds, tree.letters);
  const layers = [...ids].flatMap((layerId) => tree.layers.get(layerId) ?? []);
  for (const layer of layers) noteOwed(tree, layer);
  for (const layerId of ids) for (const letter of [...tree.letters.from(layerId)]) removeLetter(tree, letter);
  for (const layer of layers) setBackOne(tree, layer, drops?.get(layer.layerId) ?? []);
  return ids;
}

/** Notes that a layer which goes back has sent messages that others may need again: until it is back, they give nothing up. */
export function noteOwed(tree: Tree, layer: LayerState): void {
  const isReceived = [...tree.letters.from(layer.layerId)].some(({ isDelivered }) => isDelivered);
  const isProduced = [...layer.blocks.values()].some(
    ({ block }) => block.number > layer.base && block.produced.length > 0,
  );
  if (isReceived || isProduced) layer.returningSince ??= tree.epoch.number;
}

function setBackOne(tree: Tree, layer: LayerState, drops: readonly Drop[]): void {
  layer.session += 1;
  layer.accepted = layer.base;
  layer.drops = [...layer.drops, ...drops];
  for (const number of [...layer.blocks.keys()]) if (number > layer.base) removeBlock(tree, layer, number);
  for (const letter of tree.letters.to(layer.layerId)) {
    letter.isDelivered = false;
    letter.isSent = false;
    letter.isHandled = false;
    delete letter.error;
  }
  layer.deposits.clear();
  putLayer(tree, layer);
}

/** Others were set back, or have to wait, because of the layer: it pays, not they. */
export function noteOffence(tree: Tree, layer: LayerState): void {
  const conduct = afterOffence(layer.conduct, { epoch: tree.epoch.number, now: tree.options.age() });
  if (conduct === layer.conduct) return;
  layer.conduct = conduct;
  tree.isNetworkDirty = true;
  putLayer(tree, layer);
}
