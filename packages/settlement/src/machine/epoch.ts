import type { EpochWindow } from "@frond/protocol";
import type { SettledEpoch } from "../types.ts";

/*
 * An epoch of the tree, from its first block to its record on L1 (ARCHITECTURE.md, "The machine"). At most two exist at
 * a time: the one that takes blocks, and the one before it, which is being proven. Both are durable with every change
 * of their stage.
 *
 * An epoch covers a time (docs/protocol.md 4): the times of its blocks are in `(after, until]`, in milliseconds since
 * 1970. `after` is the `until` of the epoch before. `until` is chosen, durably, when the epoch begins to be sealed.
 */

/** The epoch that blocks belong to now. */
export type RunningEpoch =
  /**
   * Layers order transactions; messages and bundles are accepted. Next: holding, when the epoch is due and the previous
   * epoch has settled.
   */
  | { readonly stage: "open"; readonly number: number; readonly after: number }
  /**
   * Layers order no transactions, and consume the messages in flight. Next: sealing, when no message is in flight or
   * patience is used up.
   */
  | { readonly stage: "holding"; readonly number: number; readonly after: number }
  /**
   * Layers close the epoch, hand over the last blocks of the epoch, and enter the next epoch, whose blocks have times
   * above `until`. Next: closed at "blocks", and the next epoch is open.
   */
  | { readonly stage: "sealing"; readonly number: number; readonly after: number; readonly until: number };

export type LeftOut = SettledEpoch["leftOut"][number];

/** The epoch that takes no blocks any more, without what is `leftOut`. */
export type ClosedEpoch = {
  readonly number: number;
  readonly after: number;
  readonly until: number;
  readonly leftOut: readonly LeftOut[];
  /** Something is left out because a message between two layers that are established has one side only. */
  readonly hasUnmet?: boolean;
  readonly stage: ClosedStage;
};

type ClosedStage =
  /**
   * The coordinator chooses the blocks that settle, and has these blocks proven. Next: aggregates; or the epoch is open
   * again, if none of its blocks can settle.
   */
  | "blocks"
  /** The proofs are folded in the shape of the tree. Next: settlement; or blocks, if a block is unprovable. */
  | "aggregates"
  /** Next: submitting. */
  | "settlement"
  /** The submission is durable, and on its way to L1. Next: settled, which is no stage but a record. */
  | "submitting";

/** The window of a closed epoch, as proofs state it. */
export function windowOf({ number, after, until }: ClosedEpoch): EpochWindow {
  return { epoch: number, after, until };
}

/** After which time the blocks of an epoch begin: of the running one, or of the next one while that one is sealed. */
export function afterOf(running: RunningEpoch, epoch: number): number {
  return running.stage === "sealing" && epoch > running.number ? running.until : running.after;
}

/** What a layer may do, by the stage of the running epoch. */
export const DUTIES: Readonly<
  Record<
    RunningEpoch["stage"],
    { readonly isHeld: boolean; readonly epochsAhead: 0 | 1; readonly takesBundles: boolean }
  >
> = {
  open: { isHeld: false, epochsAhead: 0, takesBundles: true },
  holding: { isHeld: true, epochsAhead: 0, takesBundles: false },
  sealing: { isHeld: false, epochsAhead: 1, takesBundles: false },
};
