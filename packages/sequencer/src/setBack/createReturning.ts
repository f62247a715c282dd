import type { Field } from "@frond/foundation";
import { judgeFailure, type Verdict } from "./judgeFailure.ts";
import { createLine, type Line, type ReturningItem } from "./line.ts";
import { behindOthers, notTried, type Reason } from "./reasons.ts";

export type Attempt = { readonly ok: true } | { readonly ok: false; readonly reason: Reason };

/** What has left the line. */
export type Departed<I> = {
  readonly executed: readonly I[];
  readonly dropped: readonly { readonly item: I; readonly reason: Reason }[];
};

/**
 * Returning transactions. Decides which one is tried next, and what becomes of one that fails; executing and storing
 * are done elsewhere.
 */
export type Returning<I extends ReturningItem> = {
  readonly count: number;
  /** The lowest time; undefined if there is none. */
  readonly waiting: number | undefined;
  /**
   * The time of the first in line, if it may be given up: what stands before others in line may be what they need.
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
  /** Drops the first item, if it has at most this time and still fails by itself. */
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
};

export function createReturning<I extends ReturningItem>(dependencies: ReturningDependencies<I>): Returning<I> {
  let trial = createTrial(createLine<I>([]), dependencies);
  return {
    get count() {
      return trial.line.count;
    },
    get waiting() {
      return trial.line.first()?.time;
    },
    get failing() {
      const item = trial.line.first();
      return item !== undefined && failureOf(trial, item) !== undefined ? item.time : undefined;
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
}

/** One line, what its items wait for, and what has left it. */
type Trial<I extends ReturningItem> = {
  readonly line: Line<I>;
  /** Why an item waits; undefined if it was not tried. */
  waitsFor(item: I): { readonly verdict: Verdict; readonly reason: Reason } | undefined;
  /** Tries to execute an item. Whether one left the line. */
  attempt(item: I): boolean;
  drop(item: I, reason: Reason): void;
  takeDeparted(): Departed<I>;
};

function createTrial<I extends ReturningItem>(line: Line<I>, { execute }: ReturningDependencies<I>): Trial<I> {
  const waiting = new Map<Field, { readonly verdict: Verdict; readonly reason: Reason }>();
  let executed: I[] = [];
  let dropped: { item: I; reason: Reason }[] = [];

  const drop = (item: I, reason: Reason): void => {
    line.remove(item);
    waiting.delete(item.hash);
    dropped.push({ item, reason });
  };

  return {
    line,
    waitsFor: ({ hash }) => waiting.get(hash),
    attempt(item) {
      const outcome = execute(item);
      if (outcome.ok) {
        line.remove(item);
        waiting.delete(item.hash);
        executed.push(item);
        return true;
      }
      const verdict = judgeFailure(outcome.reason.code);
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
}

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

/** Why an item failed; undefined if it was not tried, or waits for what passes by itself. */
function failureOf<I extends ReturningItem>({ waitsFor }: Trial<I>, item: I): Reason | undefined {
  const waiting = waitsFor(item);
  return waiting?.verdict === "waits" ? waiting.reason : undefined;
}

/** An attempt may show that the item can be executed now, or waits for something else. */
function giveUpOne<I extends ReturningItem>(trial: Trial<I>, time: number): void {
  const item = trial.line.first();
  if (item === undefined || item.time > time || failureOf(trial, item) === undefined || trial.attempt(item)) return;
  const reason = failureOf(trial, item);
  if (reason !== undefined) trial.drop(item, reason);
}

function reasonOf<I extends ReturningItem>(trial: Trial<I>, hash: Field): Reason | undefined {
  const item = trial.line.get(hash);
  if (item === undefined) return undefined;
  const first = trial.line.ofAccount(item.account)[0]!;
  const reason = trial.waitsFor(first)?.reason ?? notTried();
  return first === item ? reason : behindOthers(first.nonce, reason);
}
