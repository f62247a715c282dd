import type { Logger } from "@frond/foundation";
import { type Address, type PublicClient, parseTransaction } from "viem";
import type { Signer } from "../signer/types.ts";
import type { Patience } from "./judgeSubmission.ts";
import type { SubmissionRecords } from "./records.ts";
import type { MinedAt, Submission, Work } from "./submission.ts";

export type SenderOptions = {
  readonly chainId: number;
  /**
   * What a unit of gas, or of blob gas, may cost at most, in wei. A transaction that needs more waits until L1 is
   * cheaper.
   */
  readonly maxFeePerGas: bigint;
  /** Between two looks at L1. */
  readonly pollMilliseconds: number;
  readonly patience?: Partial<Patience>;
};

export type SenderDependencies = {
  readonly publicClient: PublicClient;
  readonly signer: Signer;
  readonly records: SubmissionRecords;
  /** The last block that L1 does not undo any more. */
  readonly finalBlock: () => Promise<bigint>;
  readonly logger?: Logger;
};

export type SendOptions = {
  /** The last block that the caller believes; without it the latest one. */
  readonly safeBlock?: () => Promise<bigint>;
  readonly signal?: AbortSignal;
};

/** The one sender of an account on L1. Nothing else may send from that account meanwhile. */
export type Sender = {
  readonly address: Address;
  /**
   * Sends a transaction and resolves when it is mined, and its block is safe. Sending under the same key again, also
   * after a restart, goes on with the same transaction.
   * @throws TransactionRevertedError, FundsMissingError, and viem's error if L1 refuses to estimate the gas
   */
  send(key: string, work: Work, options?: SendOptions): Promise<MinedAt>;
  /** Looks after everything that is not final: what a reorganisation has undone is sent again. */
  look(): Promise<void>;
  /** What was sent under a key, as long as that is not final. */
  sent(key: string): SentWork | undefined;
  /** Why a transaction waits, for people; undefined if none does. */
  waiting(): string | undefined;
  /** Callers wait no longer; their transactions stay with L1 and in the records. */
  close(): void;
};

type SentWork = Work & { readonly mined: MinedAt | undefined };

/** What only this process knows of a submission; times by `performance.now()`. */
export type Memory = {
  signedAt: number | undefined;
  sentAt: number | undefined;
  /** Since when its nonce is used by none of its attempts. */
  missedAt: number | undefined;
  isUnderpriced: boolean;
  isTooDear: boolean;
  isCapped: boolean;
};

export type SenderState = SenderOptions &
  SenderDependencies & {
    readonly logger: Logger;
    /** By nonce. */
    submissions: readonly Submission[];
    readonly memories: Map<string, Memory>;
    /** How many callers wait for a key: what they wait for is not forgotten. */
    readonly callers: Map<string, number>;
  };

export function findSubmission(state: SenderState, key: string): Submission | undefined {
  return state.submissions.find((submission) => submission.key === key);
}

export function memoryOf({ memories }: SenderState, { key }: Pick<Submission, "key">): Memory {
  const times = { signedAt: undefined, sentAt: undefined, missedAt: undefined };
  const fresh = { ...times, isUnderpriced: false, isTooDear: false, isCapped: false };
  const memory = memories.get(key) ?? fresh;
  memories.set(key, memory);
  return memory;
}

/** Replaces or adds a submission, durably. That of `replaced` is forgotten in the same write. */
export async function putSubmission(state: SenderState, submission: Submission, replaced?: string): Promise<void> {
  const others = state.submissions.filter(({ key }) => key !== submission.key && key !== replaced);
  await write(state, [...others, submission]);
}

export async function forgetSubmission(state: SenderState, key: string): Promise<void> {
  await write(
    state,
    state.submissions.filter((submission) => submission.key !== key),
  );
  state.memories.delete(key);
}

async function write(state: SenderState, submissions: readonly Submission[]): Promise<void> {
  const next = [...submissions].sort((a, b) => a.nonce - b.nonce);
  await state.records.write(next);
  state.submissions = next;
}

export function workOf({ raw, sidecar }: Pick<Submission, "raw" | "sidecar">): Work {
  const { to, data = "0x", value = 0n } = parseTransaction(raw);
  return { to: to ?? undefined, data, value, ...(sidecar && { sidecar }) };
}

export function nextNonce({ submissions }: SenderState, count: number, key: string): number {
  return Math.max(count, ...submissions.filter((other) => other.key !== key).map(({ nonce }) => nonce + 1));
}
