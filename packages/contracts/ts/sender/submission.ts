import type { Address, Hash, Hex } from "viem";
import type { Sidecar } from "../blob/kzg.ts";

/*
 * A submission is one transaction on its way to L1 (ARCHITECTURE.md, "L1"): what it does never changes, its fees may.
 *
 *   signed ──▶ sent ──▶ mined ──▶ final: forgotten
 *    durable    ▲ │ raised   │
 *               └─┴──────────┘ undone by a reorganisation
 */

export type Fees = {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
  /** Only of a transaction with a blob. */
  readonly maxFeePerBlobGas?: bigint;
};

/** What a transaction does, without nonce and fees. */
export type Work = {
  readonly to: Address | undefined;
  readonly data: Hex;
  readonly value: bigint;
  /** The blob that goes with it. */
  readonly sidecar?: Sidecar;
};

/** One signed version of a submission. */
type Attempt = Fees & { readonly hash: Hash };

export type Submission = {
  /** What it is for, such as "settle/7". Sending under a key again goes on with the same transaction. */
  readonly key: string;
  readonly nonce: number;
  /** The last signed version, whole but for its blob: the calldata is read from it. */
  readonly raw: Hex;
  /**
   * Its blob, as long as it is not final: nodes forget the blob of what they don't mine, and a reorganisation may undo
   * what they mined. 262 KB in the records for each submission with a blob.
   */
  readonly sidecar?: Sidecar;
  /** Oldest first. Each one was durable before it was sent, so whichever is mined is recognised. */
  readonly attempts: readonly Attempt[];
  /** Where L1 had it when it was last asked; undefined while it waits, also after a reorganisation has undone it. */
  readonly mined: MinedAt | undefined;
  /** A reorganisation has undone it: its nonce is not given to anything else. */
  readonly wasUndone: boolean;
};

export type MinedAt = {
  readonly hash: Hash;
  readonly block: number;
  readonly blockHash: Hash;
  readonly isReverted: boolean;
};
