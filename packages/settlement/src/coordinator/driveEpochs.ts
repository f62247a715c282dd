import type { Field } from "@frond/foundation";
import { LAST_TIME } from "@frond/protocol";
import { advanceEpoch, beginToEnd, mayEndAgain } from "../machine/advanceEpoch.ts";
import { isHalfFull } from "../machine/dataRoom.ts";
import { blocksOfEpoch, isOnline, type LayerState } from "../machine/layerState.ts";
import { blocksForTransactions, NETWORK_PAUSE_MILLISECONDS } from "../machine/network.ts";
import { isRoundOver, passRound } from "../machine/passRound.ts";
import { noteLate } from "../machine/punctuality.ts";
import { isResting } from "../machine/rest.ts";
import { restate } from "../machine/restate.ts";
import { layersAhead, WAIT_MILLISECONDS } from "../machine/times.ts";
import { isBelieved, type Tree } from "../machine/tree.ts";
import { blocksToSettle } from "../machine/unprovable.ts";
import type { BlockProofs } from "./blockProofs.ts";
import { catchUp } from "./catchUp.ts";
import { chooseBlocks, type Failed, waitingNewcomers } from "./chooseContent.ts";
import type { Core } from "./core.ts";
import { isForeign } from "./isForeign.ts";
import { noteBlocked } from "./noteBlocked.ts";
import { retrying } from "./retrying.ts";
import { settleEpoch } from "./settleEpoch.ts";
import { TURN_MILLISECONDS } from "./waiting.ts";

/** Milliseconds that layers of this process have to start on a machine that is busy. */
const LONGEST_START_MILLISECONDS = 300_000;
/** How often the wait for a layer that is left out again and again is doubled. */
const LONGEST_PATIENCE = 8;
/** Milliseconds in which layers that were ahead give what was not taken before (`giveWhatWasAhead`). */
const GIVING_MILLISECONDS = 4_000;
/** Milliseconds after which everything is said again: a frame may have been lost. */
const RESTATE_MILLISECONDS = 5_000;
/** Milliseconds between attempts while L1 has an epoch that is not known here. */
const FOREIGN_PAUSE_MILLISECONDS = 5_000;

/** Ends epochs when they are due, and settles them, until the coordinator closes. */
export async function driveEpochs(core: Core, proofs: BlockProofs): Promise<void> {
  await untilLayersAreBack(core);
  while (!core.signal.aborted) {
    try {
      await takeStep(core, proofs);
    } catch (error) {
      if (!isForeign(error)) throw error;
      noteBlocked(core, error as Error);
      await core.until(() => false, FOREIGN_PAUSE_MILLISECONDS);
    }
  }
}

async function takeStep(core: Core, proofs: BlockProofs): Promise<void> {
  const { tree } = core;
  if (core.blocked !== undefined) {
    await retrying(core, "Reading L1", () => catchUp(core));
    core.logger.info("L1 and this coordinator agree again; epochs settle");
    core.blocked = undefined;
  }
  if (tree.closed !== undefined) {
    const { number } = tree.closed;
    await settleEpoch(core, proofs, number);
    proofs.forget(number);
    return;
  }
  if (tree.epoch.stage === "open" && mayEndAgain(tree) && isDue(core, proofs) && !waitsForTime(core)) {
    core.wait = undefined;
    await core.journal.change(() => beginToEnd(tree));
  }
  await turn(core);
}

/**
 * Waits for one turn. While an epoch ends, waits until something has changed, then advances the epoch. A turn that took
 * longer, because the machine was busy, uses up the patience of one turn.
 */
async function turn(core: Core): Promise<void> {
  const { tree } = core;
  if (tree.epoch.stage === "open") {
    const isOver = await core.until(() => tree.epoch.stage !== "open" || tree.closed !== undefined, TURN_MILLISECONDS);
    if (!isOver && isRoundOver(tree, TURN_MILLISECONDS)) await core.journal.change(() => passRound(tree));
    return;
  }
  const startedAt = core.clock.passed();
  await core.changed(TURN_MILLISECONDS);
  const elapsed = Math.min(core.clock.passed() - startedAt, TURN_MILLISECONDS);
  const { number } = tree.epoch;
  const late = await core.journal.change(() => advanceEpoch(tree, elapsed));
  if (late === undefined) return;
  const names = late.filter(isOnline).map(({ known }) => known.name);
  core.logger.info(`Epoch ${number} has ended`, names.length === 0 ? {} : { late: names.join(", ") });
}

/**
 * Waits after a restart until the known layers have connected again. An epoch that ended without these layers would
 * lose what the layers had promised each other.
 */
async function untilLayersAreBack(core: Core): Promise<void> {
  const { startedHere = [] } = core.options;
  const { layers } = core.tree;
  const isBack = ({ at, isFrozen }: LayerState) => at !== undefined || isFrozen === true;
  const isStarted = (id: Field) => layers.has(id) && isBack(layers.get(id)!);
  await core.until(() => startedHere.every(isStarted), LONGEST_START_MILLISECONDS);
  const areBack = () => [...layers.values()].every((layer) => isBack(layer) || layer.url === "");
  await core.until(areBack, core.policy.layerTimeoutMilliseconds);
}

/**
 * Whether the open epoch should end: something of it is proven, and it is old or large enough. Blocks of a layer that
 * was left out wait twice as long after each time, so that such a layer alone does not cause epochs in which nothing
 * can settle. If all that is old enough is of layers that are not believed, some of it has to be fit to settle.
 */
function isDue(core: Core, proofs: BlockProofs): boolean {
  const { tree, policy } = core;
  const found = { believed: false, stranger: false, count: 0 };
  for (const layer of tree.layers.values()) {
    if (isResting(layer, tree.options.time())) continue;
    // What a layer handed over while it rested was not begun to be proven.
    const first = blocksOfEpoch(layer, tree.epoch.number)[0];
    const handed = first && layer.blocks.get(first.number);
    if (handed !== undefined) proofs.begin(layer, handed);
    const blocks = blocksToSettle(tree, layer);
    const patience = policy.epochSeconds * 1_000 * 2 ** Math.min(layer.leftOut, LONGEST_PATIENCE);
    const isOld = blocks.some((block) => core.clock.passed() - (core.takenAt.get(block) ?? 0) >= patience);
    if (isOld) found[isBelieved(tree, layer) ? "believed" : "stranger"] = true;
    // Before it runs out of blocks, others could not send to it any more.
    if (layer.leftOut === 0 && isRunningOut(tree, layer)) return true;
    if (layer.leftOut === 0) found.count += blocks.length;
  }
  if (isForRecords(core)) return true;
  if (found.believed || isHalfFull(tree, tree.epoch.number)) return true;
  return (found.stranger || found.count >= policy.epochBlocks) && canSettle(core);
}

/**
 * An epoch only to register layers, or to settle the time of what is overdue, takes proofs and gas of everybody for the
 * sake of a few: not more often than once in so many epochs.
 */
const EPOCHS_PER_FAVOUR = 60;

/**
 * Whether the epoch should end for the sake of records: freezes or upgrades are due, layers wait to be registered, or
 * time has to settle: something is overdue, or nothing has happened for so long that somebody could soon retire the
 * tree.
 */
function isForRecords(core: Core): boolean {
  const { demanded, policy } = core;
  const now = core.clock.passed();
  const epochMilliseconds = policy.epochSeconds * 1_000;
  if (demanded.count > 0 && now - demanded.since >= epochMilliseconds) return true;
  if (now < core.nextFavourAt || (waitingNewcomers(core).length === 0 && !demanded.isOverdue)) return false;
  core.nextFavourAt = now + EPOCHS_PER_FAVOUR * epochMilliseconds;
  return true;
}

function isRunningOut(tree: Tree, layer: LayerState): boolean {
  return blocksOfEpoch(layer, tree.epoch.number).length >= blocksForTransactions(tree);
}

/** Whether something of the open epoch could settle by what is proven of it. */
function canSettle(core: Core): boolean {
  const { number, after } = core.tree.epoch;
  const unproven: Failed = new Map();
  for (const [layerId, layer] of core.tree.layers) {
    const first = blocksOfEpoch(layer, number).find((block) => !layer.proven.has(block.number));
    if (first !== undefined) unproven.set(layerId, { block: first.number, reason: "it is not proven yet" });
  }
  const asClosed = { stage: "blocks", number, after, until: LAST_TIME, leftOut: [] } as const;
  return chooseBlocks(core, asClosed, unproven).included.size > 0;
}

/**
 * Whether the end of the epoch waits until the network's time has come up with layers that are ahead, and what they
 * have is here. One that is ahead again and again is waited for ever less often.
 */
function waitsForTime(core: Core): boolean {
  const { tree, clock } = core;
  const now = clock.passed();
  const ahead = layersAhead(tree);
  if (ahead.length > 0) core.wait = { since: core.wait?.since ?? now, until: now + GIVING_MILLISECONDS };
  if (core.wait === undefined) return false;
  if (now - core.wait.since < WAIT_MILLISECONDS) return now < core.wait.until;
  for (const layer of ahead) noteLate(layer, tree.epoch.number);
  return false;
}

/**
 * Whether the running epoch has content that could settle: blocks were handed over, or a layer reports transactions for
 * a block.
 */
export function hasContent({ tree }: Core): boolean {
  const hasBlocks = (layer: LayerState) => blocksOfEpoch(layer, tree.epoch.number).length > 0;
  return [...tree.layers.values()].some(
    (layer) => hasBlocks(layer) || (isOnline(layer) && (layer.stats?.unsealed ?? 0) > 0),
  );
}

/** Tells layers whom they can send to, if that has changed and they were told something else a moment ago. */
export async function keepTellingNetwork({ tree, journal, signal, until }: Core): Promise<void> {
  while (!signal.aborted) {
    await until(() => false, NETWORK_PAUSE_MILLISECONDS);
    if (!signal.aborted && tree.isNetworkDirty) await journal.change(() => {});
  }
}

/** Says everything again, every few seconds. */
export async function keepRestating(core: Core): Promise<void> {
  while (!core.signal.aborted) {
    await core.until(() => false, RESTATE_MILLISECONDS);
    if (!core.signal.aborted) await core.journal.change(() => restate(core.tree));
  }
}
