import { isLink } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { completeBlocks } from "./checkMail.ts";
import { mayDeliver } from "./deliver.ts";
import { blocksOfEpoch, isHere, isOnline, type LayerState } from "./layerState.ts";
import { hasLeg, linksIn } from "./legLinks.ts";
import type { Letter } from "./letter.ts";
import { consumedIn, hasSpentItsShare, nameOfLetter } from "./room.ts";
import { isBelieved, type Tree } from "./tree.ts";

/**
 * Whether others would be set back if the epoch were closed without the layer: it sent what they may have, and the
 * block that sent it is not here; it got, or will get, what they sent, has blocks for it, and the block that consumes
 * it is not here; or it has promised a leg of a bundle that is in none of its blocks.
 */
export function hasDebts(tree: Tree, layer: LayerState): boolean {
  if (!isBelieved(tree, layer)) return false;
  const received = (letter: Letter) => letter.isDelivered || isLeftBehind(tree, letter);
  return isOwing(tree, layer, { sent: ({ isDelivered }) => isDelivered, received });
}

/**
 * Whether others are set back because of the layer. Of what was delivered before a restart, and is in no block of its
 * receiver, nobody knows whose fault it is; and a layer that is on its way back from a set-back pays for nothing that
 * it has not got yet.
 */
export function isToBlame(tree: Tree, layer: LayerState): boolean {
  const isGoingBack = isOnline(layer) && !isHere(layer);
  const received = (letter: Letter) => letter.wasGiven || (!isGoingBack && isLeftBehind(tree, letter));
  return isOwing(tree, layer, { sent: (letter) => letter.wasGiven || isConsumed(tree, letter), received });
}

/** `sent` and `received`: which letters from the layer, and to it, count. */
function isOwing(
  tree: Tree,
  layer: LayerState,
  { sent, received }: { sent(letter: Letter): boolean; received(letter: Letter): boolean },
): boolean {
  const { number } = tree.epoch;
  const isOf = ({ epoch, from, to }: Letter) => epoch === number && from !== to;
  const blocks = usefulBlocks(tree, layer);
  const times = new Set(blocks.map(({ time }) => time));
  for (const letter of tree.letters.from(layer.layerId))
    if (isOf(letter) && !times.has(letter.time) && sent(letter)) return true;
  const consumed = consumedIn(blocks);
  const isBeyondShare = createBeyondShare(tree, layer);
  for (const letter of tree.letters.to(layer.layerId)) {
    if (!isOf(letter) || !tree.layers.has(letter.from)) continue;
    if (received(letter) && !consumed.has(nameOfLetter(letter)) && !isBeyondShare(letter)) return true;
  }
  return owesLeg(tree, layer, blocks);
}

/** Whether a letter is in no block of its receiver because the receiver has none left for it. */
function createBeyondShare(tree: Tree, receiver: LayerState): (letter: Letter) => boolean {
  if (!hasSpentItsShare(tree, receiver)) return () => false;
  const inBlocks = consumedIn(blocksOfEpoch(receiver, tree.epoch.number));
  return (letter) => !inBlocks.has(nameOfLetter(letter));
}

/** A block of the receiver has the letter. */
function isConsumed({ layers }: Tree, letter: Letter): boolean {
  const receiver = layers.get(letter.to);
  return receiver !== undefined && consumedIn(blocksOfEpoch(receiver, letter.epoch)).has(nameOfLetter(letter));
}

/** The receiver went away shortly before the letter came, when its sender could not know that yet. */
function isLeftBehind(tree: Tree, letter: Letter): boolean {
  return !letter.isDelivered && !letter.isToAbsent && mayDeliver(tree, letter);
}

/**
 * The layer's blocks of the epoch that settle, as far as that depends on the layer: those before the first letter of
 * its own that nobody consumes through its own fault. It came too late, went to who was known to be away, or went to
 * the layer itself, which had blocks left and did not consume it. A handler sends wherever it was made to, so what a
 * block sends that consumes messages of others may be nobody's fault. No handler runs for the link
 * of a bundle.
 */
function usefulBlocks(tree: Tree, layer: LayerState): readonly BlockRecord[] {
  const { number } = tree.epoch;
  const blocks = completeBlocks(tree, layer, number);
  const consumed = consumedIn(blocks);
  const isBeyondShare = createBeyondShare(tree, layer);
  const isFree = ({ time }: Letter) =>
    blocks.some(
      (block) =>
        block.time === time &&
        block.consumed.every(({ message: { from, kind } }) => from === layer.layerId || isLink(kind)),
    );
  const isLost = (letter: Letter) => {
    if (letter.from === letter.to)
      return !consumed.has(nameOfLetter(letter)) && (letter.isLate ? isFree(letter) : !isBeyondShare(letter));
    return (letter.isLate || (letter.isToAbsent && !letter.isDelivered)) && isFree(letter);
  };
  const own = [...tree.letters.from(layer.layerId)].filter((letter) => letter.epoch === number && isLost(letter));
  const end = Math.min(...own.map(({ time }) => time));
  return blocks.filter(({ time }) => time < end);
}

/**
 * Whether the layer has promised a leg of the epoch, in the session in which it is, and has it in none of its blocks.
 */
function owesLeg(tree: Tree, { layerId, session }: LayerState, blocks: readonly BlockRecord[]): boolean {
  const links = linksIn(blocks);
  for (const bundle of tree.bundles.of(layerId, "preconfirmed")) {
    const { epoch, layers, sessions } = bundle;
    const leg = layers.indexOf(layerId);
    if (epoch === tree.epoch.number && sessions[leg] === session && !hasLeg(links, { bundle, leg })) return true;
  }
  return false;
}
