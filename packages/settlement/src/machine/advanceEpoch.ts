import { completeBlocks } from "./checkMail.ts";
import { hasDebts, isToBlame } from "./debts.ts";
import { countMailOfOthers, deliverTo } from "./deliver.ts";
import type { RunningEpoch } from "./epoch.ts";
import { blocksOfEpoch, isHere, isOnline, type LayerState } from "./layerState.ts";
import { isPunctual, noteLate, notePunctual } from "./punctuality.ts";
import { noteOffence, setBack } from "./setBack.ts";
import { chooseUntil } from "./times.ts";
import { enterStage, isBelieved, putLayer, removeLetter, type Tree } from "./tree.ts";

/** How much longer others wait for a layer that they exchanged something with: what it owes them is lost otherwise. */
const DEBTOR_PATIENCE = 4;
/**
 * How much shorter others wait for a layer that they don't believe, or that was late before: its blocks of this epoch
 * are here, or come in the next one.
 */
const STRANGERS_PART = 10;
/**
 * How much longer than for a layer an epoch waits for bundles between prepare and commit: a commit alone may take as
 * long as a layer.
 */
const BUNDLE_PATIENCE = 2;

/**
 * The longest that an epoch holds, and that it is sealed, in layer timeouts, however often patience is doubled: an
 * epoch must end, whatever layers say. Layers order nothing while it holds. docs/configuration.md states both.
 */
const LONGEST_HOLD = 8;
const LONGEST_SEALING = 16;
/** Layers may order for so many times as long as they were held before they are held again. */
const FREE_PART = 3;

type SealingEpoch = Extract<RunningEpoch, { stage: "sealing" }>;

/**
 * Whether layers could order for long enough since they were held last, and bundles were taken for long enough since
 * the last epoch was sealed. So whoever makes epochs end slowly makes fewer of them end, and takes a part of the time.
 */
export function mayEndAgain({ options, nextEndAt }: Pick<Tree, "options" | "nextEndAt">): boolean {
  return options.passed() >= nextEndAt;
}

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
    const longest = LONGEST_HOLD * tree.options.layerTimeoutMilliseconds;
    if (tree.bundlesRunning > 0 && tree.waited < Math.min(BUNDLE_PATIENCE * layerTimeoutOf(tree), longest))
      return undefined;
    const restless = restlessLayers(tree);
    if (restless.length > 0 && tree.waited < longest && !isOverdue(tree, restless)) return undefined;
    for (const layer of restless) noteLate(layer, number);
    tree.nextEndAt = tree.options.passed() + FREE_PART * tree.waited;
    enterStage(tree, { ...epoch, stage: "sealing", until: chooseUntil(tree) }, tree.closed);
    return undefined;
  }
  const missing = [...tree.layers.values()].filter((layer) => layer.isFrozen !== true && !hasSealed(tree, layer));
  return missing.some((layer) => tree.waited < patienceFor(tree, layer)) ? undefined : close(tree, epoch, missing);
}

/**
 * Whether restless layers have used up the patience of an epoch that is holding. It begins anew while they get through
 * their mail: a hundred messages take many blocks, and what has no other side when the epoch is sealed is left out.
 */
function isOverdue(tree: Tree, restless: readonly LayerState[]): boolean {
  const patience = layerTimeoutOf(tree) / 2;
  const awaited = restless.filter((layer) => isPunctual(layer, tree.epoch.number));
  if (awaited.length === 0) return tree.waited >= patience / STRANGERS_PART;
  const letters = awaited.reduce((sum, layer) => sum + countMailOfOthers(tree, layer), 0);
  const isFirst = tree.progress.letters === Number.POSITIVE_INFINITY;
  if (letters < tree.progress.letters) tree.progress = { letters, waited: isFirst ? 0 : tree.waited };
  return tree.waited - tree.progress.waited >= patience;
}

/** Whether a layer has closed the epoch, and handed over all blocks of it with all their messages. */
function hasSealed(tree: Tree, layer: LayerState): boolean {
  const { number } = tree.epoch;
  if (!isHere(layer) || layer.at!.epoch <= number || layer.at!.sealed > layer.accepted) return false;
  return completeBlocks(tree, layer, number).length === blocksOfEpoch(layer, number).length;
}

/**
 * Layers that order transactions still, or have not consumed what others sent to them: those that are there and
 * believed. What a layer sent to itself it can consume while the epoch is sealed, when nobody stands still for it.
 */
function restlessLayers(tree: Tree): LayerState[] {
  return [...tree.layers.values()].filter((layer) => {
    if (!isOnline(layer) || !isBelieved(tree, layer) || layer.isFrozen === true) return false;
    return !isStill(tree, layer) || countMailOfOthers(tree, layer) > 0;
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
  const longest = LONGEST_SEALING * tree.options.layerTimeoutMilliseconds;
  if (hasDebts(tree, layer)) return Math.min(DEBTOR_PATIENCE * layerTimeout, longest);
  if (!isOnline(layer)) return 0;
  const isAwaited = isBelieved(tree, layer) && isPunctual(layer, tree.epoch.number);
  return isAwaited ? layerTimeout : layerTimeout / STRANGERS_PART;
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
  tree.nextEndAt = Math.max(tree.nextEndAt, tree.options.passed() + tree.waited);
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
