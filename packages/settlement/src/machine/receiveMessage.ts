import { L1_LAYER_ID, MessageKind } from "@frond/protocol";
import { depositSource, layerSource } from "@frond/store";
import type { LayerFrame } from "../link/frames.ts";
import { deliverTo } from "./deliver.ts";
import { isHere, type LayerState } from "./layerState.ts";
import { highestMessageSlot } from "./slots.ts";
import { putLetter, type Tree } from "./tree.ts";

type Frame<T extends LayerFrame["type"]> = Extract<LayerFrame, { type: T }>;

/** Letters of one layer in one epoch, at most: as many as its blocks can produce. */
const MOST_LETTERS = 4_096;

/** Takes a layer's message to another, once and in order. Returns why it is not taken, if that is the layer's fault. */
export function receiveMessage(tree: Tree, layer: LayerState, frame: Frame<"message">): string | undefined {
  const { message, position, slot, epoch } = frame.outgoing;
  if (!isHere(layer) || frame.session !== layer.session || !isEpochOf(tree, layer, epoch)) return undefined;
  const isRight =
    message.from === layer.layerId &&
    message.to !== L1_LAYER_ID &&
    message.to !== layer.layerId &&
    message.kind !== MessageKind.bundle &&
    message.slot === slot;
  if (!isRight) return "the message is not one that the layer can send";
  if (slot > highestMessageSlot(tree.options.age()))
    return `its slot ${slot} runs ahead of what its receiver can follow`;
  if (!tree.layers.has(message.to)) return "the network has no such receiver";
  const last = tree.letters.lastPosition(layer.layerId, epoch);
  if (position <= last) return undefined;
  // One before it was lost on the way: the layer is told where it stands, and sends again from there.
  if (frame.previous !== last) return void tree.dirty.add(layer);
  if ([...tree.letters.from(layer.layerId)].length >= MOST_LETTERS) return "it has sent all that an epoch takes";
  putLetter(tree, {
    from: message.from,
    to: message.to,
    position,
    slot,
    epoch,
    message,
    isDelivered: false,
    isSent: false,
    isHandled: false,
  });
  deliverTo(tree, tree.layers.get(message.to)!);
  return undefined;
}

/** The running epoch, or the next one for a layer that has closed this one. */
export function isEpochOf(tree: Tree, layer: LayerState, epoch: number): boolean {
  const { stage, number } = tree.epoch;
  return epoch === number || (stage === "sealing" && epoch === number + 1 && layer.at!.epoch >= epoch);
}

/** A layer has consumed everything of a source up to a position, or says that it can't consume the message there. */
export function receiveHandled(tree: Tree, layer: LayerState, frame: Frame<"handled">): void {
  if (!isHere(layer) || frame.session !== layer.session) return;
  const { source, position, error } = frame;
  for (const letter of tree.letters.to(layer.layerId)) {
    if (layerSource(letter.from) !== source || letter.position > position || letter.isHandled) continue;
    if (error !== undefined && letter.position !== position) continue;
    letter.isHandled = true;
    letter.isDelivered = true;
    if (error !== undefined) letter.error = error;
  }
  for (const deposit of tree.deposits.values())
    if (deposit.layer === layer.layerId && deposit.id <= position && depositSource(deposit.payload) === source)
      layer.deposits.set(deposit.id, true);
  tree.dirty.add(layer);
  deliverTo(tree, layer);
}
