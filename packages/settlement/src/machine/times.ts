import { formatTime, MAX_DRIFT_MILLISECONDS } from "@frond/protocol";
import { afterOf } from "./epoch.ts";
import { isHere, type LayerState } from "./layerState.ts";
import { isPunctual } from "./punctuality.ts";
import { isBelieved, type Tree } from "./tree.ts";

/** Until so much after the last time that is known an epoch goes: for what layers do before they hear that it ends. */
const SLACK_MILLISECONDS = 500;
/** A layer that is ahead by more than this does not wait until its times have come, nor does the end of an epoch. */
export const WAIT_MILLISECONDS = 60_000;

/** The network's time as layers are told it: an epoch is never before its own window. */
export function networkTime({ options, epoch }: Tree): number {
  return Math.max(options.time(), epoch.after);
}

/** What a layer's message or block has that no honest one has: it heard where its epoch begins when it entered it. */
export function problemOfBeginning(tree: Tree, { time, epoch }: Timed): string | undefined {
  const after = afterOf(tree.epoch, epoch);
  if (time > after) return undefined;
  return `its time ${formatTime(time)} is not after ${formatTime(after)}, where its epoch begins`;
}

/**
 * Why a layer's message or block is not taken now; undefined if it is. A time ahead of the network's is taken later.
 * One after the epoch's end never is: its layer is late, and goes back when the epoch is closed.
 */
export function problemOfTime(tree: Tree, { time, epoch }: Timed): string | undefined {
  const { epoch: running } = tree;
  if (running.stage === "sealing" && epoch === running.number && time > running.until)
    return `its time ${formatTime(time)} is after ${formatTime(running.until)}, where its epoch ends`;
  if (!isAhead(tree, { time, epoch })) return undefined;
  return `its time ${formatTime(time)} is ahead of the network's, which is ${formatTime(networkTime(tree))}`;
}

/**
 * Whether a layer has times that nobody will take for long: its machine had a wrong clock while the coordinator could
 * not be reached.
 */
export function isFarAhead(tree: Tree, layer: LayerState, { time, epoch }: Timed): boolean {
  return time > layer.time && isAhead(tree, { time, epoch }, WAIT_MILLISECONDS);
}

/**
 * Layers with blocks of the running epoch that will be taken within `WAIT_MILLISECONDS`, and not now: as after L1 was
 * set back. An epoch that ended now would do so without what others have from these layers.
 */
export function layersAhead(tree: Tree): LayerState[] {
  const { number } = tree.epoch;
  return [...tree.layers.values()].filter((layer) => {
    const { at } = layer;
    if (at === undefined || !isHere(layer) || !isBelieved(tree, layer) || !isPunctual(layer, number)) return false;
    return at.epoch === number && isAhead(tree, at) && !isAhead(tree, at, WAIT_MILLISECONDS);
  });
}

/**
 * By the rule that layers keep to themselves (`createHeadroom` of the sequencer): now, or after `milliseconds` still.
 */
function isAhead(tree: Tree, { time, epoch }: Timed, milliseconds = 0): boolean {
  return time - milliseconds > Math.max(networkTime(tree), afterOf(tree.epoch, epoch)) + MAX_DRIFT_MILLISECONDS;
}

/** Where the running epoch ends: after every time in it that is known, and every one that is said in good faith. */
export function chooseUntil(tree: Tree): number {
  const { number } = tree.epoch;
  let last = networkTime(tree);
  const note = ({ time, epoch }: Timed): void => {
    if (epoch === number) last = Math.max(last, time);
  };
  for (const { at, blocks } of tree.layers.values()) {
    for (const { block } of blocks.values()) note(block);
    if (at !== undefined && !isAhead(tree, at)) note(at);
  }
  for (const letter of tree.letters.all()) note(letter);
  return last + SLACK_MILLISECONDS;
}

type Timed = { readonly time: number; readonly epoch: number };
