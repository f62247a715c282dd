import type { SettledEpoch } from "../types.ts";

/*
 * An epoch of the tree, from its first block to its record on L1 (ARCHITECTURE.md, "The machine"). At most two exist at
 * a time: the one that takes blocks, and the one before it, which is being proven. Both are durable with every change
 * of their stage.
 */

/** The epoch that blocks belong to now. */
export type RunningEpoch =
  /**
   * Layers order transactions; messages and bundles are accepted. Next: holding, when the epoch is due and the previous
   * epoch has settled.
   */
  | { readonly stage: "open"; readonly number: number }
  /**
   * Layers order no transactions, and consume the messages in flight. Next: sealing, when no message is in flight or
   * patience is used up.
   */
  | { readonly stage: "holding"; readonly number: number }
  /**
   * Layers close the epoch, hand over the last blocks of the epoch, and enter the next epoch. Next: closed at "blocks",
   * and the next epoch is open.
   */
  | { readonly stage: "sealing"; readonly number: number };

export type LeftOut = SettledEpoch["leftOut"][number];

/** The epoch that takes no blocks any more, without what is `leftOut`. */
export type ClosedEpoch = {
  readonly number: number;
  readonly leftOut: readonly LeftOut[];
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
