import type { Field } from "@frond/foundation";
import type { Signal } from "../signal.ts";
import type { SignatureVerifier, Verified } from "../types.ts";
import { type AttemptDependencies, createAttempts } from "./attempts.ts";
import type { Entry } from "./parking.ts";

/**
 * Transactions in the order in which they came. Those that must wait (for locked keys, for a block) are tried again,
 * before all others, when that may be over.
 */
export type TransactionQueue<E extends Entry> = {
  push(entry: E): void;
  /** Whether one of these keys is what a transaction waits for. */
  isWaitedFor(keys: readonly Field[]): boolean;
  /** What transactions wait for may be over. */
  tryAgain(): void;
  /** Refuses legs that have no answer: the one with this hash if it must wait, or all. */
  giveUp(error: unknown, hash?: Field): void;
  /** Refuses all that was not tried, or must wait. */
  fail(error: unknown): void;
  /** Resolves when nothing is left but what must wait. */
  idle(): Promise<void>;
};

export type QueueDependencies<E extends Entry> = Omit<AttemptDependencies<E>, "onAgain"> & {
  readonly verifier: SignatureVerifier;
  /** Whether nothing may be ordered now; `changed` wakes when that may be over. */
  isPaused(): boolean;
  readonly changed: Signal;
  /** Answers what was ordered since the last time. */
  answer(): void;
  onFailure(error: unknown): void;
};

export function createTransactionQueue<E extends Entry>(
  { maxVerifyBatch }: { readonly maxVerifyBatch: number },
  dependencies: QueueDependencies<E>,
): TransactionQueue<E> {
  const { verifier, answer, refuse, onFailure } = dependencies;
  let waiting: E[] = [];
  /** Taken to be verified, and not tried yet. */
  const taken = new Set<E>();
  const attempts = createAttempts({ ...dependencies, onAgain: startPump });
  const slices = createSlices(dependencies);
  let pumping: Promise<void> | undefined;

  function startPump(): void {
    pumping ??= pump()
      .catch(onFailure)
      .finally(() => {
        pumping = undefined;
        if (waiting.length > 0 || attempts.hasAgain) startPump();
      });
  }

  async function pump(): Promise<void> {
    for (let next = takeBatch(); next !== undefined || attempts.hasAgain; ) {
      const verified = (await next?.verifying) ?? [];
      const batch = next?.batch ?? [];
      // The next signatures are checked while these transactions run.
      next = takeBatch();
      slices.start();
      for (const [i, entry] of batch.entries()) {
        if (attempts.hasAgain || slices.isOver()) await attemptAgain();
        if (taken.delete(entry)) attempts.attemptNew(entry, verified[i]);
      }
      await attemptAgain();
      answer();
      next ??= takeBatch();
    }
  }

  function takeBatch(): { batch: E[]; verifying: Promise<(Verified | undefined)[]> } | undefined {
    if (waiting.length === 0) return undefined;
    const batch = waiting.splice(0, maxVerifyBatch);
    for (const entry of batch) {
      entry.onStage?.("verify");
      taken.add(entry);
    }
    const verifying = verifier.verify(batch.map(({ transaction }) => transaction));
    verifying.catch(() => {});
    return { batch, verifying };
  }

  /** What could not be ordered before comes first. Resolves when something else may be ordered. */
  async function attemptAgain(): Promise<void> {
    while (attempts.hasAgain || slices.isOver()) {
      if (slices.isOver()) await slices.next();
      attempts.attemptAgain();
    }
  }

  return {
    push(entry) {
      waiting.push(entry);
      startPump();
    },
    isWaitedFor: attempts.isWaitedFor,
    tryAgain: attempts.tryAgain,
    giveUp(error, hash) {
      attempts.giveUp(error, hash);
      if (hash !== undefined) return;
      const legs = [...taken, ...waiting].filter(isLegToPrepare);
      waiting = waiting.filter((entry) => !isLegToPrepare(entry));
      for (const entry of legs) {
        taken.delete(entry);
        refuse(entry, error);
      }
    },
    fail(error) {
      attempts.fail(error);
      for (const entry of waiting.splice(0)) refuse(entry, error);
    },
    async idle() {
      while (pumping !== undefined) await pumping;
    },
  };
}

const isLegToPrepare = ({ waitsUntil }: Entry): boolean => waitsUntil !== undefined;

/** For so many milliseconds execution holds this thread before it answers and lets others work. */
const SLICE_MILLISECONDS = 4;

function createSlices({
  isPaused,
  changed,
  answer,
}: Pick<QueueDependencies<never>, "isPaused" | "changed" | "answer">) {
  let end = 0;
  const start = (): void => {
    end = performance.now() + SLICE_MILLISECONDS;
  };
  return {
    start,
    /** Whether others come first now. */
    isOver: () => isPaused() || performance.now() > end,
    async next(): Promise<void> {
      answer();
      while (isPaused()) await changed.wait();
      await new Promise(setImmediate);
      start();
    },
  };
}
