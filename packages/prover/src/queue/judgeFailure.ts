import { isPassing, JobOverdueError } from "./errors.ts";
import type { JobKind, StoredProofJob } from "./types.ts";

/** What became of the attempts at a job so far. */
export type Tries = {
  readonly kind: JobKind;
  /** Attempts that failed for a reason which may pass. */
  readonly failures: number;
  /** Attempts that were stopped because they took too long. */
  readonly overdues: number;
};

export type Judgement = {
  /** Whether the job is tried again. */
  readonly isWorthMore: boolean;
  readonly tries: Tries;
};

/**
 * Attempts at the proof of a block that may take too long, each for twice the time of the one before. Its circuit is
 * anybody's and may never end, and its epoch goes on without it. Circuits of the tree end, and nothing goes on without
 * them.
 */
const OVERDUE_ATTEMPTS_OF_BLOCK = 2;

export function triesOf({ kind, failures, overdues = 0 }: StoredProofJob): Tries {
  return { kind, failures, overdues };
}

/** Decides whether a job whose attempt failed is tried again. */
export function judgeFailure(tries: Tries, error: unknown, attempts: number): Judgement {
  const { kind, failures, overdues } = tries;
  if (error instanceof JobOverdueError) {
    const next = { ...tries, overdues: overdues + 1 };
    return { isWorthMore: kind !== "block" || next.overdues < OVERDUE_ATTEMPTS_OF_BLOCK, tries: next };
  }
  const next = { ...tries, failures: failures + 1 };
  return { isWorthMore: isPassing(error) && next.failures < attempts, tries: next };
}
