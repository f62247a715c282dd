import type { Field } from "@frond/foundation";
import { judgeFailure, type Verdict } from "./judgeFailure.ts";
import { createLine, type Line, type ReturningItem } from "./line.ts";
import { behindGap, behindOthers, legBehindGap, notTried, type Reason } from "./reasons.ts";

export type Attempt = { readonly ok: true } | { readonly ok: false; readonly reason: Reason };

/** What has left the line. */
export type Departed<I> = {
  readonly executed: readonly I[];
  readonly dropped: readonly { readonly item: I; readonly reason: Reason }[];
};

/**
 * Returning transactions. Decides which one is tried next, and what becomes of one that fails; executing and storing
 * are done elsewhere, so the same decisions run in a sequencer and in a simulation.
 */
export type Returning<I extends ReturningItem> = {
  readonly count: number;
  /** The lowest time of those that wait for more than a missing nonce of their account; undefined if there is none. */
  readonly waiting: number | undefined;
  /**
   * The time of the first of these, if it may be given up: what stands before others in line may be what they need.
   * Undefined if there is none, or it waits for what passes by itself.
   */
  readonly failing: number | undefined;
  readonly items: readonly I[];
  /** Replaces the line. Items are ordered by their times; those of one time keep the order given. */
  restart(items: readonly I[]): void;
  /**
   * Tries every item that is first of its account, in order, and again from the start after each round in which one
   * left the line. Yields after each attempt: the caller may stop there, or let others work.
   */
  tries(): Generator<void>;
  /** Drops the first waiting item, if it has at most this time and still fails by itself. */
  giveUp(time: number): void;
  /** What has left the line since the last call. */
  takeDeparted(): Departed<I>;
  /** Why a transaction is still in line; undefined if it is not. */
  reasonOf(hash: Field): Reason | undefined;
  /** The nonces of an account in line, lowest first. */
  noncesOf(account: Field): readonly number[];
};

export type ReturningDependencies<I extends ReturningItem> = {
  /** Executes a transaction, or says why that fails; then nothing has changed. */
  execute(item: I): Attempt;
  /** The nonce that the account uses next in the state. */
  nextNonce(account: Field): number;
};

export const createReturning = <I extends ReturningItem>(dependencies: ReturningDependencies<I>): Returning<I> => {
  let trial = createTrial(createLine<I>([]), dependencies);
  return {
    get count() {
      return trial.line.count;
    },
    get waiting() {
      return trial.firstWaiting()?.time;
    },
    get failing() {
      const item = trial.firstWaiting();
      return item !== undefined && failingOf(trial, item) !== undefined ? item.time : undefined;
    },
    get items() {
      return [...trial.line.items()];
    },
    restart(items) {
      trial = createTrial(createLine(items), dependencies);
    },
    tries: () => rounds(trial),
    giveUp: (time) => giveUpOne(trial, time),
    takeDeparted: () => trial.takeDeparted(),
    reasonOf: (hash) => reasonOf(trial, hash),
    noncesOf: (account) => trial.line.ofAccount(account).map(({ nonce }) => nonce),
  };
};

/** One line, what its items wait for, and what has left it. */
type Trial<I extends ReturningItem> = {
  readonly line: Line<I>;
  /** Why an item waits; undefined if it was not tried. */
  waitsFor(item: I): { readonly verdict: Verdict; readonly reason: Reason } | undefined;
  /**
   * The first item that waits for more than its account's missing nonce. Those behind it in its account wait with it.
   */
  firstWaiting(): I | undefined;
  /** Tries to execute an item. Whether one left the line. */
  attempt(item: I): boolean;
  drop(item: I, reason: Reason): void;
  takeDeparted(): Departed<I>;
};

const createTrial = <I extends ReturningItem>(
  line: Line<I>,
  { execute, nextNonce }: ReturningDependencies<I>,
): Trial<I> => {
  const waiting = new Map<Field, { readonly verdict: Verdict; readonly reason: Reason }>();
  let executed: I[] = [];
  let dropped: { item: I; reason: Reason }[] = [];

  const drop = (item: I, reason: Reason): void => {
    line.remove(item);
    waiting.delete(item.hash);
    dropped.push({ item, reason });
  };

  /**
   * What stood before `first` in its account was dropped. Transactions wait until the account fills the gap. Legs do
   * not: layers that have nothing to do with this account would wait with them, maybe for ever.
   */
  const meetGap = (first: I): boolean => {
    const missing = nextNonce(first.account);
    waiting.set(first.hash, { verdict: "waits-for-nonce", reason: behindGap(missing) });
    const legs = line.ofAccount(first.account).filter(({ isLeg }) => isLeg);
    for (const leg of legs) drop(leg, legBehindGap(missing));
    return legs.length > 0;
  };

  return {
    line,
    waitsFor: ({ hash }) => waiting.get(hash),
    firstWaiting() {
      for (const item of line.items()) {
        const [first] = line.ofAccount(item.account);
        if (first === undefined || waiting.get(first.hash)?.verdict !== "waits-for-nonce") return item;
      }
      return undefined;
    },
    attempt(item) {
      const outcome = execute(item);
      if (outcome.ok) {
        line.remove(item);
        waiting.delete(item.hash);
        executed.push(item);
        return true;
      }
      const verdict = judgeFailure(outcome.reason.code, item);
      if (verdict === "waits-for-nonce") return meetGap(item);
      if (verdict === "dropped") {
        drop(item, outcome.reason);
        return true;
      }
      waiting.set(item.hash, { verdict, reason: outcome.reason });
      return false;
    },
    drop,
    takeDeparted() {
      const departed = { executed, dropped };
      executed = [];
      dropped = [];
      return departed;
    },
  };
};

const isFirst = <I extends ReturningItem>({ line }: Trial<I>, item: I): boolean =>
  line.ofAccount(item.account)[0] === item;

function* rounds<I extends ReturningItem>(trial: Trial<I>): Generator<void> {
  for (let isProgress = true; isProgress; ) {
    isProgress = false;
    for (const item of trial.line.items()) {
      if (!isFirst(trial, item)) continue;
      if (trial.attempt(item)) isProgress = true;
      yield;
    }
  }
}

/**
 * What an item fails for: the first of its account, if that fails by itself. The first may have a higher time, when it
 * was sent to fill a gap; the item still waits for it, and so do others for the item.
 */
const failingOf = <I extends ReturningItem>(
  { line, waitsFor }: Trial<I>,
  item: I,
): { readonly first: I; readonly reason: Reason } | undefined => {
  const first = line.ofAccount(item.account)[0]!;
  const waiting = waitsFor(first);
  return waiting?.verdict === "waits" ? { first, reason: waiting.reason } : undefined;
};

/** An attempt may show that the item can be executed now, or waits for something else. */
const giveUpOne = <I extends ReturningItem>(trial: Trial<I>, time: number): void => {
  const item = trial.firstWaiting();
  if (item === undefined || item.time > time) return;
  const failing = failingOf(trial, item);
  if (failing === undefined || trial.attempt(failing.first)) return;
  const still = failingOf(trial, item);
  if (still !== undefined) trial.drop(still.first, still.reason);
};

const reasonOf = <I extends ReturningItem>(trial: Trial<I>, hash: Field): Reason | undefined => {
  const item = trial.line.get(hash);
  if (item === undefined) return undefined;
  const first = trial.line.ofAccount(item.account)[0]!;
  const reason = trial.waitsFor(first)?.reason ?? notTried();
  return first === item ? reason : behindOthers(first.nonce, reason);
};
