import { L1_LAYER_ID } from "@frond/protocol";
import type { LayerFrame } from "../link/frames.ts";
import { sourceOfDeposit } from "../tree/depositMessage.ts";
import { isPositionOf, isProduced } from "./checkMail.ts";
import { problemOfLetter } from "./checkMessages.ts";
import { deliverTo } from "./deliver.ts";
import { blocksOfEpoch, isHere, type LayerState } from "./layerState.ts";
import type { Mail } from "./mail.ts";
import { noteMail } from "./network.ts";
import { noteReturned } from "./returning.ts";
import { BLOCKS_FOR_MESSAGES, lettersOfBlock } from "./room.ts";
import { noteOffence, setBack } from "./setBack.ts";
import { problemOfBeginning, problemOfTime } from "./times.ts";
import { isBelieved, putLetter, type Tree } from "./tree.ts";

type Frame<T extends LayerFrame["type"]> = Extract<LayerFrame, { type: T }>;
type Outgoing = Frame<"message">["outgoing"];

/** Letters of one layer in one epoch, at most: as many as its blocks can produce. */
const MOST_LETTERS = 4_096;

/**
 * Takes a layer's message to another, once and in order. Returns why it is not taken, if that is the layer's fault.
 * What no honest layer sends sets back its sender, and every layer that received from it; its receiver never gets it.
 */
export function receiveMessage(tree: Tree, layer: LayerState, frame: Frame<"message">): string | undefined {
  const { message, position, time, epoch } = frame.outgoing;
  if (!isHere(layer) || frame.session !== layer.session || !isEpochOf(tree, layer, epoch)) return undefined;
  const last = tree.letters.lastPosition(layer.layerId, epoch);
  if (position <= last) return undefined;
  const lie = problemOfContent(layer, frame.outgoing);
  if (lie !== undefined) {
    noteOffence(tree, layer);
    setBack(tree, [layer.layerId]);
    return lie;
  }
  const problem = problemOf(tree, layer, frame.outgoing);
  if (problem !== undefined) return problem;
  // One before it was lost on the way: the layer is told where it stands, and sends again from there.
  if (frame.previous !== last) {
    layer.told = "";
    tree.dirty.add(layer);
    return undefined;
  }
  putLetter(tree, {
    from: message.from,
    to: message.to,
    position,
    time,
    epoch,
    message,
    isDelivered: false,
    wasGiven: false,
    isSent: false,
    isHandled: false,
    isToUnreachable: tree.layers.get(message.to)!.unreachableSince !== undefined,
    isToAbsent: hasBeenAway(tree, message.to) || hasFilled(tree, layer, message.to),
    isLate: tree.epoch.stage === "sealing" && epoch === tree.epoch.number,
  });
  const receiver = tree.layers.get(message.to)!;
  deliverTo(tree, receiver);
  noteMail(tree, receiver);
  noteReturned(tree);
  return undefined;
}

/** The layer is frozen, or everybody has been told that it can't be reached, and has had the time to act on it. */
function hasBeenAway({ layers, options }: Tree, layerId: bigint): boolean {
  const { unreachableSince = Number.POSITIVE_INFINITY, isFrozen } = layers.get(layerId)!;
  return isFrozen === true || options.passed() - unreachableSince >= options.layerTimeoutMilliseconds;
}

/**
 * Whether a layer has sent a receiver half of what the last blocks of the receiver can hold, since everybody was told
 * that the receiver can't be reached. Until they hear of it, layers send a few messages at most.
 */
function hasFilled({ layers, letters }: Tree, { layerId }: LayerState, to: bigint): boolean {
  const receiver = layers.get(to)!;
  if (receiver.unreachableSince === undefined) return false;
  let since = 0;
  for (const mail of letters.mailFrom(layerId)) if (mail.to === to) since += mail.counts.toUnreachable;
  return since >= (BLOCKS_FOR_MESSAGES / 2) * lettersOfBlock(receiver);
}

/** What no honest layer sends, whenever it is. */
function problemOfContent({ layerId }: LayerState, { message, position, time }: Outgoing): string | undefined {
  const isRight =
    message.from === layerId && message.to !== L1_LAYER_ID && message.time === time && isPositionOf(time, position);
  return isRight ? problemOfLetter(message) : "the message is not one that the layer can send";
}

function problemOf(tree: Tree, layer: LayerState, { message, position, time, epoch }: Outgoing): string | undefined {
  const { layerId } = layer;
  const wrongTime = problemOfBeginning(tree, { time, epoch }) ?? problemOfTime(tree, { time, epoch });
  if (wrongTime !== undefined) return wrongTime;
  const block = blocksOfEpoch(layer, epoch).find((handed) => handed.time === time);
  const isOfBlock = block === undefined ? time > layer.time : isProduced({ time, position, message }, block.produced);
  if (!isOfBlock) return "the layer's block of that time does not have it";
  if (message.to !== layerId && !isBelieved(tree, layer))
    return "a layer can send to others once a block of it has settled, and not in quarantine";
  if (message.to !== layerId && tree.layers.get(message.to)?.conduct.isEstablished !== true)
    return "the network has no such receiver, or no block of the receiver has settled";
  if (tree.letters.countFrom(layerId) >= MOST_LETTERS) return "it has sent all that an epoch takes";
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
  for (const mail of tree.letters.mailTo(layer.layerId)) {
    if (mail.source !== source) continue;
    if (error === undefined) handleThrough(tree, mail, position);
    else refuseOne(tree, mail, { position, error });
  }
  for (const deposit of tree.deposits.of(layer.layerId))
    if (deposit.id <= position && sourceOfDeposit(deposit) === source) layer.deposits.set(deposit.id, true);
  tree.dirty.add(layer);
  noteReturned(tree);
  deliverTo(tree, layer);
  noteMail(tree, layer);
}

function handleThrough({ letters }: Tree, mail: Mail, position: number): void {
  for (; mail.handled < mail.letters.length; mail.handled++) {
    const letter = mail.letters[mail.handled]!;
    if (letter.position > position || !(letter.isSent || letter.isHandled)) return;
    if (!letter.isHandled) letters.change(letter, { isHandled: true });
  }
}

function refuseOne(
  { letters }: Tree,
  mail: Mail,
  { position, error }: { readonly position: number; readonly error: string },
): void {
  const letter = letters.find(mail.from, position);
  if (letter?.to !== mail.to || letter.epoch !== mail.epoch || !letter.isSent) return;
  letters.change(letter, { isHandled: true, error });
}
