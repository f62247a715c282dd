import { formatTime } from "@frond/protocol";
import { checkMail } from "./checkMail.ts";
import { problemOfMessages } from "./checkMessages.ts";
import { problemOfRoom } from "./dataRoom.ts";
import { deliverTo } from "./deliver.ts";
import { blocksOfEpoch, type HandedBlock, isHere, type LayerState } from "./layerState.ts";
import { blocksForTransactions } from "./network.ts";
import { fundedLayers } from "./newcomers.ts";
import { isEpochOf } from "./receiveMessage.ts";
import { isResting } from "./rest.ts";
import { shareOfBlocks } from "./room.ts";
import { noteOffence } from "./setBack.ts";
import { listedItems, PLACES_OF_STRANGERS } from "./shares.ts";
import { setBackByItself, spentBlocks } from "./spent.ts";
import { problemOfBeginning, problemOfTime } from "./times.ts";
import { isBelieved, putBlock, type Tree } from "./tree.ts";

/** What became of a block: it is taken, it is not (now), or it is one that an honest layer never hands over. */
export type BlockVerdict =
  | { readonly kind: "accepted" }
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Takes a layer's next block. `problemOf` returns the fault of the block itself: its size, its messages or its
 * signature. A refused block sets back its layer and every layer that received from that layer. A block out of turn, or
 * above the layer's share, is ignored, and the layer hands it over again.
 */
export function receiveBlock(
  tree: Tree,
  layer: LayerState,
  { session, handed, problemOf }: { session: number; handed: HandedBlock; problemOf: () => string | undefined },
): BlockVerdict {
  const { block } = handed;
  const reason = reasonToIgnore(tree, layer, { session, handed });
  if (reason !== undefined) {
    tree.dirty.add(layer);
    layer.told = "";
    return { kind: "ignored", reason };
  }
  const problem =
    problemOfOrder(layer, block) ??
    problemOfBeginning(tree, block) ??
    problemOfMessages(layer, block) ??
    checkMail(tree, layer, block) ??
    problemOf();
  if (problem !== undefined) {
    noteOffence(tree, layer);
    // What of it the epoch that ends has stays: it is late, and goes back when the epoch is closed.
    if (tree.epoch.stage === "open") setBackByItself(tree, layer);
    return { kind: "refused", reason: problem };
  }
  putBlock(tree, layer, handed);
  layer.accepted = block.number;
  layer.time = block.time;
  tree.dirty.add(layer);
  if (countBlocks(layer, block.epoch) === blocksForTransactions(tree)) tree.isNetworkDirty = true;
  // What waited for the layer to consume what it has.
  deliverTo(tree, layer);
  return { kind: "accepted" };
}

function reasonToIgnore(
  tree: Tree,
  layer: LayerState,
  { session, handed: { block } }: { session: number; handed: HandedBlock },
): string | undefined {
  if (!isHere(layer) || session !== layer.session) return "it is of another session";
  if (block.number !== layer.accepted + 1) return `number ${block.number} does not follow ${layer.accepted}`;
  if (!isEpochOf(tree, layer, block.epoch)) return `it is of epoch ${block.epoch}, but ${tree.epoch.number} is open`;
  const problem = problemOfTime(tree, block);
  if (problem !== undefined) return problem;
  if (countBlocks(layer, block.epoch) >= shareOfBlocks(tree, layer)) return "it is more than the layer's share";
  const noRoom = problemOfRoom(tree, layer, block);
  if (noRoom !== undefined) return noRoom;
  return isBelieved(tree, layer) ? undefined : reasonToIgnoreStranger(tree, layer, block);
}

/**
 * What layers may hand over together that are not believed. Half of the blocks are for those of them that a deposit on
 * L1 waits for: a name costs nothing, a deposit does. While a newcomer rests it takes none of them.
 */
function reasonToIgnoreStranger(tree: Tree, layer: LayerState, block: HandedBlock["block"]): string | undefined {
  if (!layer.conduct.isEstablished && isResting(layer, tree.options.time()))
    return "a block of the layer could not be proven, and it rests";
  const { blocksOfStranger, blocksOfStrangers } = tree.options.shares;
  const strangers = [...tree.layers.values()].filter((other) => !isBelieved(tree, other));
  const funded = fundedLayers(tree);
  const isPaidFor = ({ layerId, conduct }: LayerState) => conduct.isEstablished || funded.has(layerId);
  // What a layer handed over while it was believed counts as a stranger's share at most: others need theirs.
  const usedBy = (other: LayerState) =>
    Math.min(blocksOfStranger, countBlocks(other, block.epoch) + spentBlocks(tree, other));
  const used = (layers: readonly LayerState[]) => layers.reduce((sum, other) => sum + usedBy(other), 0);
  const blocks = strangers.flatMap((other) => blocksOfEpoch(other, block.epoch));
  const items = blocks.reduce((sum, other) => sum + listedItems(other), 0);
  if (used(strangers) >= blocksOfStrangers || items + listedItems(block) > PLACES_OF_STRANGERS)
    return "it is more than what layers may hand over together that are not believed";
  const free = strangers.filter((other) => !isPaidFor(other));
  if (!isPaidFor(layer) && used(free) >= blocksOfStrangers / 2)
    return "it is more than what layers may hand over together that have no deposit";
  return undefined;
}

/** A block of an epoch that the layer has left is one of these, or has no time in that epoch's window. */
function problemOfOrder({ time: last }: LayerState, { time }: HandedBlock["block"]): string | undefined {
  return time <= last ? `its time ${formatTime(time)} is not after ${formatTime(last)}, the one before` : undefined;
}

function countBlocks({ blocks }: LayerState, epoch: number): number {
  let count = 0;
  for (const { block } of blocks.values()) if (block.epoch === epoch) count++;
  return count;
}
