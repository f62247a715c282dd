import { completeBlocks } from "./checkMail.ts";
import { hasDebts, isToBlame } from "./debts.ts";
import { countMail, deliverTo, hasMail } from "./deliver.ts";
import type { RunningEpoch } from "./epoch.ts";
import { blocksOfEpoch, isHere, isOnline, type LayerState } from "./layerState.ts";
import { isPunctual, noteLate, notePunctual } from "./punctuality.ts";
import { noteOffence, setBack } from "./setBack.ts";
import { chooseUntil } from "./times.ts";
import { enterStage, isBelieved, putLayer, removeLetter, type Tree } from "./tree.ts";

/** How much longer others wait for a layer that they exchanged something with: what it owes them is lost otherwise. */
const DEBTOR_PATIENCE = 4;
/**
 * How much shorter others wait for a layer that they don't believe: its blocks of this epoch are here, or come in the
 * next one.
 */
const STRANGERS_PART = 10;
/**
 * How much longer than for a layer an epoch waits for bundles between prepare and commit: a commit alone may take as
 * long as a layer.
 */
const BUNDLE_PATIENCE = 2;

/** How much longer an epoch holds for layers that get through their mail: it must end, whatever they say. */
const LONGEST_PROGRESS = 16;

type SealingEpoch = Extract<RunningEpoch, { stage: "sealing" }>;

/** Begins to end the running epoch, unless the one before is still being proven. */
export function beginToEnd(tree: Tree): boolean {
  if (tree.epoch.stage !== "open" || tree.closed !== undefined) return false;
  enterStage(tree, { ...tree.epoch, stage: "holding" }, tree.closed);
  return true;
}

/**
 * Moves the running epoch on, if it is time: called whenever something changed, and every so often with the
 * milliseconds of patience that have passed. Returns the layers that were late, when the epoch was closed.
 */
export function advanceEpoch(tree: Tree, elapsedMilliseconds: number): readonly LayerState[] | undefined {
  const { epoch } = tree;
  if (epoch.stage === "open") return undefined;
  tree.waited += elapsedMilliseconds;
  if (epoch.stage === "holding") {
    const { number } = epoch;
    if (tree.bundlesRunning > 0 && tree.waited < BUNDLE_PATIENCE * layerTimeoutOf(tree)) return undefined;
    const restless = restlessLayers(tree);
    if (restless.length > 0 && !isOverdue(tree, restless)) return undefined;
    for (const layer of restless) noteLate(layer, number);
    enterStage(tree, { ...epoch, stage: "sealing", until: chooseUntil(tree) }, tree.closed);
    return undefined;
  }
  const missing = [...tree.layers.values()].filter((layer) => !hasSealed(tree, layer));
  return missing.some((layer) => tree.waited < patienceFor(tree, layer)) ? undefined : close(tree, epoch, missing);
}

/**
 * Whether restless layers have used up the patience of an epoch that is holding. It begins anew while they get through
 * their mail: a hundred messages take many blocks, and what has no other side when the epoch is sealed is left out.
 */
function isOverdue(tree: Tree, restless: readonly LayerState[]): boolean {
  const letters = restless.reduce((sum, layer) => sum + countMail(tree, layer), 0);
  const isFirst = tree.progress.letters === Number.POSITIVE_INFINITY;
  if (letters < tree.progress.letters) tree.progress = { letters, waited: isFirst ? 0 : tree.waited };
  const patience = layerTimeoutOf(tree) / 2;
  return tree.waited - tree.progress.waited >= patience || tree.waited >= LONGEST_PROGRESS * patience;
}

/** Whether a layer has closed the epoch, and handed over all blocks of it with all their messages. */
function hasSealed(tree: Tree, layer: LayerState): boolean {
  const { number } = tree.epoch;
  if (!isHere(layer) || layer.at!.epoch <= number || layer.at!.sealed > layer.accepted) return false;
  return completeBlocks(tree, layer, number).length === blocksOfEpoch(layer, number).length;
}

/**
 * Layers that order transactions still, or have not consumed what was sent to them: those that are there and believed,
 * and were in time of late.
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

/** Milliseconds that a layer has to do its part. */
function layerTimeoutOf({ options, patienceDoublings }: Tree): number {
  return options.layerTimeoutMilliseconds * 2 ** patienceDoublings;
}

/** Milliseconds for which the epoch is not closed without a layer. */
function patienceFor(tree: Tree, layer: LayerState): number {
  const layerTimeout = layerTimeoutOf(tree);
  if (hasDebts(tree, layer)) return DEBTOR_PATIENCE * layerTimeout;
  if (!isOnline(layer) || !isPunctual(layer, tree.epoch.number)) return 0;
  return isBelieved(tree, layer) ? layerTimeout : layerTimeout / STRANGERS_PART;
}

/**
 * Closes the running epoch with the blocks that are here, and opens the next one. Who is late goes back to what is here
 * of it.
 */
function close(tree: Tree, { number, after, until }: SealingEpoch, late: readonly LayerState[]): readonly LayerState[] {
  // All of them before any of them is in quarantine: what one sent is not delivered then.
  for (const layer of [...tree.layers.values()].filter((one) => isToBlame(tree, one))) noteOffence(tree, layer);
  for (const layer of tree.layers.values()) {
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
  for (const { places } of tree.layers.values()) {
    places.before = places.most;
    places.most = places.told;
  }
  const next: RunningEpoch = { stage: "open", number: number + 1, after: until };
  enterStage(tree, next, { stage: "blocks", number, after, until, leftOut: [] });
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
