import { completeBlocks } from "./checkMail.ts";
import { deliverTo, hasMail } from "./deliver.ts";
import { blocksOfEpoch, isHere, isOnline, type LayerState } from "./layerState.ts";
import type { Letter } from "./letters.ts";
import { isPunctual, noteLate, notePunctual } from "./punctuality.ts";
import { noteOffence, setBack } from "./setBack.ts";
import { enterStage, isBelieved, putLayer, removeLetter, type Tree } from "./tree.ts";

/** How much longer others wait for a layer that they exchanged something with: what it owes them is lost otherwise. */
const DEBTOR_PATIENCE = 4;
/**
 * Others wait this many times shorter for a layer that is not believed: the blocks of that layer are here, or come in
 * the next epoch.
 */
const STRANGERS_PART = 10;
/** Milliseconds that an epoch waits for bundles between prepare and commit. */
const BUNDLE_PATIENCE = 5_000;

/** Begins to end the running epoch, unless the one before is still being proven. */
export function beginToEnd(tree: Tree): boolean {
  if (tree.epoch.stage !== "open" || tree.closed !== undefined) return false;
  enterStage(tree, { stage: "holding", number: tree.epoch.number }, tree.closed);
  return true;
}

/**
 * Advances the running epoch if its time has come. Call it whenever something has changed, and regularly with the
 * milliseconds of patience that have passed. Returns the late layers when the epoch was closed.
 */
export function advanceEpoch(tree: Tree, elapsedMilliseconds: number): readonly LayerState[] | undefined {
  const { stage, number } = tree.epoch;
  if (stage === "open") return undefined;
  tree.waited += elapsedMilliseconds;
  if (stage === "holding") {
    if (tree.bundlesRunning > 0 && tree.waited < BUNDLE_PATIENCE) return undefined;
    const restless = restlessLayers(tree);
    if (restless.length > 0 && tree.waited < tree.options.layerTimeoutMilliseconds / 2) return undefined;
    for (const layer of restless) noteLate(layer, number);
    enterStage(tree, { stage: "sealing", number }, tree.closed);
    return undefined;
  }
  const missing = [...tree.layers.values()].filter((layer) => !hasSealed(tree, layer));
  return missing.some((layer) => tree.waited < patienceFor(tree, layer)) ? undefined : close(tree, missing);
}

/** Whether a layer has closed the epoch, and handed over all blocks of it with all their messages. */
function hasSealed(tree: Tree, layer: LayerState): boolean {
  const { number } = tree.epoch;
  if (!isHere(layer) || layer.at!.epoch <= number || layer.at!.sealed > layer.accepted) return false;
  return completeBlocks(tree, layer, number).length === blocksOfEpoch(layer, number).length;
}

/**
 * Layers that still order transactions, or have not consumed messages that were sent to them. Only layers that are
 * connected, believed and lately punctual count.
 */
function restlessLayers(tree: Tree): LayerState[] {
  return [...tree.layers.values()].filter((layer) => {
    if (!isOnline(layer) || !isBelieved(tree, layer) || !isPunctual(layer, tree.epoch.number)) return false;
    return !isStill(tree, layer) || hasMail(tree, layer);
  });
}

/** The layer orders nothing, and all that it sent is here. */
function isStill(tree: Tree, layer: LayerState): boolean {
  const { number } = tree.epoch;
  if (!isHere(layer) || !layer.at!.isHeld || layer.at!.epoch !== number) return false;
  return layer.at!.message <= tree.letters.lastPosition(layer.layerId, number);
}

/** Milliseconds for which the epoch is not closed without a layer. */
function patienceFor(tree: Tree, layer: LayerState): number {
  const { layerTimeoutMilliseconds } = tree.options;
  if (hasDebts(tree, layer)) return DEBTOR_PATIENCE * layerTimeoutMilliseconds;
  if (!isOnline(layer) || !isPunctual(layer, tree.epoch.number)) return 0;
  return isBelieved(tree, layer) ? layerTimeoutMilliseconds : layerTimeoutMilliseconds / STRANGERS_PART;
}

/**
 * Whether closing the epoch without the layer would set back others: either the layer sent a message and the block that
 * sent it is not here, or the layer may have consumed a message and the block that consumed it is not here.
 */
export function hasDebts(tree: Tree, layer: LayerState): boolean {
  return isBelieved(tree, layer) && isOwing(tree, layer, ({ isDelivered }) => isDelivered);
}

/**
 * Whether others are set back because of the layer. For messages that were delivered before a restart, nobody knows who
 * is at fault.
 */
function isToBlame(tree: Tree, layer: LayerState): boolean {
  return isOwing(tree, layer, ({ wasGiven }) => wasGiven);
}

function isOwing(tree: Tree, layer: LayerState, isKnown: (letter: Letter) => boolean): boolean {
  const { number } = tree.epoch;
  const blocks = completeBlocks(tree, layer, number);
  const slots = new Set(blocks.map(({ slot }) => slot));
  const consumed = new Set(
    blocks.flatMap((block) => block.consumed.map(({ message, position }) => `${message.from}/${position}`)),
  );
  const isOf = (letter: Letter) => letter.epoch === number && letter.from !== letter.to && isKnown(letter);
  for (const letter of tree.letters.from(layer.layerId)) if (isOf(letter) && !slots.has(letter.slot)) return true;
  for (const letter of tree.letters.to(layer.layerId)) {
    if (!isOf(letter) || !tree.layers.has(letter.from)) continue;
    if (!consumed.has(`${letter.from}/${letter.position}`)) return true;
  }
  return false;
}

/**
 * Closes the running epoch with the blocks that are here, and opens the next epoch. A late layer goes back to its last
 * block that is here.
 */
function close(tree: Tree, late: readonly LayerState[]): readonly LayerState[] {
  const { number } = tree.epoch;
  for (const layer of tree.layers.values()) {
    if (isToBlame(tree, layer)) noteOffence(tree, layer);
    if (!isOnline(layer)) continue;
    if (late.includes(layer)) noteLate(layer, number);
    else notePunctual(layer, number);
  }
  for (const layer of tree.layers.values()) {
    const last = completeBlocks(tree, layer, number).at(-1)?.number ?? 0;
    if (last <= layer.base) continue;
    layer.base = last;
    putLayer(tree, layer);
  }
  for (const letter of [...tree.letters.all()]) if (letter.epoch <= number) removeLetter(tree, letter);
  enterStage(tree, { stage: "open", number: number + 1 }, { stage: "blocks", number, leftOut: [] });
  if (late.length > 0)
    setBack(
      tree,
      late.map(({ layerId }) => layerId),
    );
  for (const layer of tree.layers.values()) {
    if (layer.stats !== undefined) layer.stats = { ...layer.stats, unsealed: 0 };
    deliverTo(tree, layer);
  }
  tree.isNetworkDirty = true;
  return late;
}
