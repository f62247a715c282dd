import type { Field } from "@frond/foundation";
import type { Transaction } from "@frond/protocol";
import { bundleBusy, invalidSignature } from "../errors.ts";
import { MustWait } from "../order/mustWait.ts";
import type { Signal } from "../signal.ts";
import type { Clock, SignatureVerifier, Verified } from "../types.ts";

/** A transaction between the door and its place. */
export type Entry = {
  readonly transaction: Transaction;
  /** For a leg to prepare: when it gives up waiting for locked keys, in milliseconds since 1970. */
  readonly waitsUntil?: number;
};

/** Transactions in the order in which they came. Those that must wait for locked keys are tried again, before all others, when keys have become free. */
export type TransactionQueue<E extends Entry> = {
  push(entry: E): void;
  /** Whether one of these keys is what a transaction waits for. */
  isWaitedFor(keys: readonly Field[]): boolean;
  /** Keys have become free. */
  tryAgain(): void;
  /** Refuses legs that wait for keys: the one with this hash, or all. */
  giveUp(error: unknown, hash?: Field): void;
  /** Refuses all that was not tried, or waits for keys. */
  fail(error: unknown): void;
  /** Resolves when nothing is left but what waits for keys. */
  idle(): Promise<void>;
};

type Checked<E> = { readonly entry: E; readonly verified: Verified };
type Parked<E> = Checked<E> & { readonly cancelExpiry: () => void };

/** So long, in milliseconds, execution holds this thread before it answers and lets others work. */
const TIME_SLICE = 4;

export const createTransactionQueue = <E extends Entry>(
  { maxVerifyBatch }: { readonly maxVerifyBatch: number },
  dependencies: {
    readonly verifier: SignatureVerifier;
    readonly clock: Clock;
    /** Whether nothing may be ordered now; `changed` wakes when that may be over. */
    isPaused(): boolean;
    readonly changed: Signal;
    /** Called once for each whose signature is right. Throws if its account may not. */
    admit(verified: Verified): void;
    /** Orders it, or throws; a `MustWait` has it tried again later. */
    order(entry: E, verified: Verified): void;
    /** Answers what was ordered since the last time. */
    answer(): void;
    refuse(entry: E, error: unknown): void;
    onFailure(error: unknown): void;
  },
): TransactionQueue<E> => {
  const { verifier, clock, isPaused, changed, admit, order, answer, refuse, onFailure } = dependencies;
  const waiting: E[] = [];
  let parked: Parked<E>[] = [];
  const parkedSenders = new Set<Field>();
  const parkedKeys = new Set<Field>();
  let again: Checked<E>[] = [];
  let pumping: Promise<void> | undefined;
  let sliceEnd = 0;

  async function pump(): Promise<void> {
    for (let next = takeBatch(); next !== undefined || again.length > 0; ) {
      const verified = (await next?.verifying) ?? [];
      const batch = next?.batch ?? [];
      // The next signatures are checked while these transactions run.
      next = takeBatch();
      await orderBatch(batch, verified);
      next ??= takeBatch();
    }
  }

  function takeBatch(): { batch: E[]; verifying: Promise<(Verified | undefined)[]> } | undefined {
    if (waiting.length === 0) return undefined;
    const batch = waiting.splice(0, maxVerifyBatch);
    const verifying = verifier.verify(batch.map(({ transaction }) => transaction));
    verifying.catch(() => {});
    return { batch, verifying };
  }

  function startPump(): void {
    pumping ??= pump()
      .catch(onFailure)
      .finally(() => {
        pumping = undefined;
        if (waiting.length > 0 || again.length > 0) startPump();
      });
  }

  async function orderBatch(batch: readonly E[], verified: readonly (Verified | undefined)[]): Promise<void> {
    sliceEnd = performance.now() + TIME_SLICE;
    for (const [i, entry] of batch.entries()) {
      if (again.length > 0 || mustBreathe()) await orderAgain();
      const checked = verified[i];
      if (checked === undefined) refuse(entry, invalidSignature());
      else if (isAdmitted(entry, checked)) attempt({ entry, verified: checked });
    }
    await orderAgain();
    answer();
  }

  /** What could not be ordered before comes first. */
  async function orderAgain(): Promise<void> {
    for (;;) {
      if (mustBreathe()) await breathe();
      const first = again.shift();
      if (first === undefined) return;
      attempt(first);
    }
  }

  function mustBreathe(): boolean {
    return isPaused() || performance.now() > sliceEnd;
  }

  async function breathe(): Promise<void> {
    answer();
    while (isPaused()) await changed.wait();
    await new Promise(setImmediate);
    sliceEnd = performance.now() + TIME_SLICE;
  }

  function isAdmitted(entry: E, verified: Verified): boolean {
    try {
      admit(verified);
      return true;
    } catch (error) {
      refuse(entry, error);
      return false;
    }
  }

  function attempt(checked: Checked<E>): void {
    const { entry, verified } = checked;
    // A later transaction of an account cannot come before an earlier one.
    if (parkedSenders.has(verified.sender)) {
      park(checked, []);
      return;
    }
    try {
      order(entry, verified);
    } catch (error) {
      if (error instanceof MustWait) park(checked, error.touched);
      else refuse(entry, error);
    }
  }

  function park(checked: Checked<E>, touched: readonly Field[]): void {
    const { entry, verified } = checked;
    const { waitsUntil } = entry;
    const giveUpLater = (): void => giveUp(bundleBusy(), verified.hash);
    const cancelExpiry =
      waitsUntil === undefined ? () => {} : clock.after(Math.max(0, waitsUntil - clock.now()), giveUpLater);
    parked.push({ entry, verified, cancelExpiry });
    parkedSenders.add(verified.sender);
    for (const key of touched) parkedKeys.add(key);
  }

  function giveUp(error: unknown, hash?: Field): void {
    const isGiven = ({ entry, verified }: Checked<E>): boolean =>
      entry.waitsUntil !== undefined && (hash === undefined || verified.hash === hash);
    const given = [...again, ...parked].filter(isGiven);
    if (given.length === 0) return;
    unpark();
    again = again.filter((checked) => !isGiven(checked));
    for (const { entry } of given) refuse(entry, error);
    startPump();
  }

  function unpark(): void {
    for (const { cancelExpiry } of parked) cancelExpiry();
    again.push(...parked.map(({ entry, verified }) => ({ entry, verified })));
    parked = [];
    parkedSenders.clear();
    parkedKeys.clear();
  }

  return {
    push(entry) {
      waiting.push(entry);
      startPump();
    },
    isWaitedFor: (keys) => parkedKeys.size > 0 && keys.some((key) => parkedKeys.has(key)),
    tryAgain() {
      if (parked.length === 0) return;
      unpark();
      startPump();
    },
    giveUp,
    fail(error) {
      unpark();
      for (const { entry } of again.splice(0)) refuse(entry, error);
      for (const entry of waiting.splice(0)) refuse(entry, error);
    },
    async idle() {
      while (pumping !== undefined) await pumping;
    },
  };
};
