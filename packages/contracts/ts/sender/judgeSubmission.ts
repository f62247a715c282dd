import type { MinedAt, Submission } from "./submission.ts";

/** What L1 says of a submission, and how long this process has waited for it. */
export type Sighting = {
  /** How many transactions of the account are mined: the nonce of the next one. */
  readonly count: number;
  /** The attempt that is mined, if one is. */
  readonly found: MinedAt | undefined;
  /** The last block that L1 does not undo any more. */
  readonly finalBlock: number;
  /** Since the last attempt was signed or sent by this process; infinite after a restart. */
  readonly sinceSignedMilliseconds: number;
  readonly sinceSentMilliseconds: number;
  /** Since the nonce was first seen used by none of the attempts; 0 if it is not. */
  readonly sinceMissedMilliseconds: number;
  /** A node has refused the last attempt because of its fees. */
  readonly isUnderpriced: boolean;
  /** A node has refused the last attempt, because it may cost more than that node allows. */
  readonly isTooDear: boolean;
};

export type Patience = {
  /** After which a transaction that waits is replaced by one with higher fees. */
  readonly raiseMilliseconds: number;
  /** The same of a transaction with a blob, whose replacement costs twice as much. */
  readonly raiseBlobMilliseconds: number;
  /** After which it is sent again as it is: nodes forget what they don't mine. */
  readonly repeatMilliseconds: number;
  /** After which a nonce counts as used by somebody else: a node may know of a block before its receipts. */
  readonly missedMilliseconds: number;
};

/** What is done next with a submission. */
export type Verdict = "forget" | "mined" | "rest" | "undone" | "renumber" | "raise" | "lower" | "send" | "wait";

export function judgeSubmission(submission: Submission, sighting: Sighting, patience: Patience): Verdict {
  const { mined, nonce } = submission;
  const { found, count } = sighting;
  if (found !== undefined) {
    if (found.block <= sighting.finalBlock) return mined?.hash === found.hash ? "forget" : "mined";
    return mined?.blockHash === found.blockHash ? "rest" : "mined";
  }
  if (count > nonce) return sighting.sinceMissedMilliseconds >= patience.missedMilliseconds ? "renumber" : "wait";
  if (mined !== undefined) return "undone";
  if (sighting.isUnderpriced) return "raise";
  // No node has it: what L1 asks for now may be less.
  if (sighting.isTooDear) return sighting.sinceSentMilliseconds >= patience.repeatMilliseconds ? "lower" : "wait";
  const { sinceSignedMilliseconds: waited } = sighting;
  // After a restart it is first sent as it is.
  const { raiseMilliseconds, raiseBlobMilliseconds } = patience;
  const raiseAfter = submission.sidecar === undefined ? raiseMilliseconds : raiseBlobMilliseconds;
  if (Number.isFinite(waited) && waited >= raiseAfter) return "raise";
  return sighting.sinceSentMilliseconds >= patience.repeatMilliseconds ? "send" : "wait";
}
