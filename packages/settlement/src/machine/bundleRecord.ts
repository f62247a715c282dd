import type { Field } from "@frond/foundation";

/** A bundle that has been or is being committed. `layers` and `hashes` are those of its legs, in order. */
export type BundleRecord = {
  readonly id: Field;
  readonly layers: readonly Field[];
  readonly hashes: readonly Field[];
  /** The account that signed it, which its links name; missing in data of an earlier version. */
  readonly signer?: Field;
  /**
   * The sessions of these layers when they executed their legs. A layer in the same session must not take back its leg.
   */
  readonly sessions: readonly number[];
  /** The epoch in which its legs are; of a bundle that has failed, the one in which it did. */
  readonly epoch: number;
  readonly status: "committing" | "preconfirmed" | "failed" | "settled";
  /** How many epochs have left it out for a cause of its own. */
  readonly leftOut: number;
  /** How many epochs have left it out because of what else was in the blocks of its legs. */
  readonly heldUp?: number;
  /** Legs that have settled: nothing of them is undone, whatever becomes of the others. */
  readonly settledLegs?: readonly number[];
  readonly leg?: number;
  readonly reason?: string;
};
