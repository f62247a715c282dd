import { type Field, FrondError } from "@frond/foundation";

/**
 * Why something waits and can be done later by itself: `keys` it touches are locked for a leg of a bundle, the
 * settlement `list` of the epoch has no room, the epoch has no `blocks` left, the network's `time` has yet to come up
 * to that of the block, or other `legs` of bundles have kept the block or the clock from going on for long.
 */
export type WaitReason = "keys" | "list" | "blocks" | "time" | "legs";

/** Never leaves the sequencer. */
export class MustWait extends FrondError {
  readonly reason: WaitReason;
  readonly touched: readonly Field[];

  constructor(reason: WaitReason, touched: readonly Field[]) {
    super({ code: "sequencer/must-wait", message: `${WAITS_FOR[reason]} The layer tries it again by itself.` });
    this.reason = reason;
    this.touched = touched;
  }
}

const WAITS_FOR: Record<WaitReason, string> = {
  keys: "A leg of a bundle keeps locked what this touches.",
  list: "The epoch's list of messages from and to L1 is full.",
  blocks: "The layer has no blocks left in this epoch.",
  legs: "Promised legs of bundles keep the layer's block from ending, or its clock from going.",
  time: "The layer's next block would be ahead of the network's time, or that is not known yet.",
};
