import { formatTime, MAX_DRIFT_MILLISECONDS } from "@frond/protocol";
import { afterOf } from "./epoch.ts";
import type { Tree } from "./tree.ts";

/** Until so much after the last time that is known an epoch goes: for what layers do before they hear that it ends. */
const SLACK_MILLISECONDS = 500;
/** Of blocks, in milliseconds. It is more than that of messages: a layer that a message pushed to the limit goes on. */
const BLOCK_DRIFT = MAX_DRIFT_MILLISECONDS + 500;

/** The network's time as layers are told it: an epoch is never before its own window. */
export function networkTime({ options, epoch }: Tree): number {
  return Math.max(Math.floor(options.time()), epoch.after);
}

type Timed = { readonly time: number; readonly epoch: number };

/**
 * Why a layer's message of this time is not taken now; undefined if it is. A time ahead of the network's is taken later.
 * One outside of the epoch's window never is: its layer is late, and goes back when the epoch is closed.
 */
export function problemOfMessageTime(tree: Tree, timed: Timed): string | undefined {
  return problemOfWindow(tree, timed) ?? problemOfDrift(tree, timed, MAX_DRIFT_MILLISECONDS);
}

/** The same of a block. */
export function problemOfBlockTime(tree: Tree, timed: Timed): string | undefined {
  return problemOfWindow(tree, timed) ?? problemOfDrift(tree, timed, BLOCK_DRIFT);
}

function problemOfWindow(tree: Tree, { time, epoch }: Timed): string | undefined {
  const { epoch: running } = tree;
  const after = afterOf(running, epoch);
  if (time <= after) return `its time ${formatTime(time)} is not after ${formatTime(after)}, where its epoch begins`;
  if (running.stage === "sealing" && epoch === running.number && time > running.until)
    return `its time ${formatTime(time)} is after ${formatTime(running.until)}, where its epoch ends`;
  return undefined;
}

function problemOfDrift(tree: Tree, { time, epoch }: Timed, drift: number): string | undefined {
  const now = Math.max(networkTime(tree), afterOf(tree.epoch, epoch));
  return time > now + drift ? `its time ${formatTime(time)} is ahead of the network's, ${formatTime(now)}` : undefined;
}

/** The end of the window of the running epoch: after every time in it that is known, and every one said in good faith. */
export function chooseUntil(tree: Tree): number {
  const { number } = tree.epoch;
  let last = networkTime(tree);
  for (const { at, blocks } of tree.layers.values()) {
    for (const { block } of blocks.values()) if (block.epoch === number) last = Math.max(last, block.time);
    if (at?.epoch === number && problemOfDrift(tree, at, BLOCK_DRIFT) === undefined) last = Math.max(last, at.time);
  }
  for (const { time, epoch } of tree.letters.all()) if (epoch === number) last = Math.max(last, time);
  return last + SLACK_MILLISECONDS;
}
