import type { Field } from "@frond/foundation";
import { judgeFailure, type Verdict } from "./judgeFailure.ts";

/** A transaction that was promised, and that a set-back has left without a place. */
export type ReturningItem = {
  readonly hash: Field;
  /** The address whose nonces it uses. */
  readonly account: Field;
  readonly nonce: number;
  /** The slot of its first place ever. */
  readonly slot: number;
  /** Whether it is a leg of a bundle: other layers depend on it. */
  readonly isLeg: boolean;
};

export type Reason = { readonly code: string; readonly message: string };

export type Attempt = { readonly ok: true } | { readonly ok: false; readonly reason: Reason };

/** What has left the line. */
export type Departed<I> = {
  readonly executed: readonly I[];
  readonly dropped: readonly { readonly item: I; readonly reason: Reason }[];
};

/**
 * The line of returning transactions. Decides which one is tried next and what becomes of one that fails; executing and
 * storing are done elsewhere, so the same decisions run in a sequencer and in a simulation.
 */
export type Returning<I extends ReturningItem> = {
  readonly count: number;
  /** The lowest slot of those that wait for more than a missing nonce of their account; undefined if there is none. */
  readonly waiting: number | undefined;
  /**
   * The slot of the first of these, if it may be given up: what stands before others in line may be what they need.
   * Undefined if there is none, or it waits for what passes by itself.
   */
  readonly failing: number | undefined;
  readonly items: readonly I[];
  /** Replaces the line. Items are ordered by their slots; those of one slot keep the order given. */
  restart(items: readonly I[]): void;
  /**
   * Tries every item that is first of its account, in order, and again from the start after each round in which one left
   * the line. Yields after each attempt: the caller may stop there, or let others work.
   */
  tries(): Generator<void>;
  /** Drops the first waiting item, if it has at most this slot and still fails by itself. */
  giveUp(slot: number): void;
  /** What has left the line since the last call. */
  takeDeparted(): Departed<I>;
  /** Why a transaction is still in line; undefined if it is not. */
  reasonOf(hash: Field): Reason | undefined;
  /** The nonces of an account in line, lowest first. */
  noncesOf(account: Field): readonly number[];
};

type Waiting = { readonly verdict: Exclude<Verdict, "dropped">; readonly reason: Reason };

export const createReturning = <I extends ReturningItem>(dependencies: {
  /** Executes a transaction, or says why that fails; then nothing has changed. */
  execute(item: I): Attempt;
  /** The nonce that the account uses next in the state. */
  nextNonce(account: Field): number;
}): Returning<I> => {
  const { execute, nextNonce } = dependencies;
  let line = new Map<Field, I>();
  /** Of each account in line, lowest nonce first: an account's transactions are executed in the order signed. */
  const accounts = new Map<Field, I[]>();
  const waiting = new Map<Field, Waiting>();
  let executed: I[] = [];
  let dropped: { item: I; reason: Reason }[] = [];

  const isFirst = (item: I): boolean => accounts.get(item.account)?.[0] === item;
  const mayBeGivenUp = ({ hash }: I): boolean => waiting.get(hash)?.verdict === "waits";

  /** The first that waits for more than its account's missing nonce. Those behind it in its account wait with it. */
  const firstWaiting = (): I | undefined => {
    for (const item of line.values()) {
      const first = accounts.get(item.account)![0]!;
      if (waiting.get(first.hash)?.verdict !== "waits-for-nonce") return item;
    }
    return undefined;
  };

  const remove = (item: I): void => {
    line.delete(item.hash);
    waiting.delete(item.hash);
    const ofAccount = accounts.get(item.account)!;
    ofAccount.splice(ofAccount.indexOf(item), 1);
    if (ofAccount.length === 0) accounts.delete(item.account);
  };
  const drop = (item: I, reason: Reason): void => {
    remove(item);
    dropped.push({ item, reason });
  };

  /** Whether one left the line. */
  const attempt = (item: I): boolean => {
    const outcome = execute(item);
    if (outcome.ok) {
      remove(item);
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
  };

  /**
   * What stood before `first` in its account was dropped. Transactions wait until the account fills the gap. Legs do not:
   * layers that have nothing to do with this account would wait with them, maybe for ever.
   */
  const meetGap = (first: I): boolean => {
    const missing = nextNonce(first.account);
    waiting.set(first.hash, { verdict: "waits-for-nonce", reason: behindGap(missing) });
    const legs = accounts.get(first.account)!.filter(({ isLeg }) => isLeg);
    for (const leg of legs) drop(leg, legBehindGap(missing));
    return legs.length > 0;
  };

  return {
    get count() {
      return line.size;
    },
    get waiting() {
      return firstWaiting()?.slot;
    },
    get failing() {
      const first = firstWaiting();
      return first !== undefined && mayBeGivenUp(first) ? first.slot : undefined;
    },
    get items() {
      return [...line.values()];
    },
    restart(items) {
      line = new Map(items.toSorted((a, b) => a.slot - b.slot).map((item) => [item.hash, item]));
      accounts.clear();
      waiting.clear();
      executed = [];
      dropped = [];
      for (const item of line.values()) {
        const ofAccount = accounts.get(item.account);
        if (ofAccount === undefined) accounts.set(item.account, [item]);
        else ofAccount.push(item);
      }
      for (const ofAccount of accounts.values()) ofAccount.sort((a, b) => a.nonce - b.nonce);
    },
    *tries() {
      for (let isProgress = true; isProgress; ) {
        isProgress = false;
        for (const item of line.values()) {
          if (!isFirst(item)) continue;
          if (attempt(item)) isProgress = true;
          yield;
        }
      }
    },
    giveUp(slot) {
      const item = firstWaiting();
      if (item === undefined || !mayBeGivenUp(item) || item.slot > slot || attempt(item)) return;
      const reason = mayBeGivenUp(item) ? waiting.get(item.hash)?.reason : undefined;
      if (reason !== undefined) drop(item, reason);
    },
    takeDeparted() {
      const departed = { executed, dropped };
      executed = [];
      dropped = [];
      return departed;
    },
    reasonOf(hash) {
      const item = line.get(hash);
      if (item === undefined) return undefined;
      const first = accounts.get(item.account)![0]!;
      const reason = waiting.get(first.hash)?.reason ?? notTried();
      return first === item ? reason : behindOthers(first.nonce, reason);
    },
    noncesOf: (account) => (accounts.get(account) ?? []).map(({ nonce }) => nonce),
  };
};

/** The lowest nonce that an account can still use: `next` in the state, unless the line has it. */
export const freeNonce = (next: number, inLine: readonly number[]): number => {
  const taken = new Set(inLine);
  let free = next;
  while (taken.has(free)) free++;
  return free;
};

/** The nonce that is missing before the last one in line; undefined if none is. */
export const missingNonce = (next: number, inLine: readonly number[]): number | undefined => {
  const free = freeNonce(next, inLine);
  return free < (inLine.at(-1) ?? 0) ? free : undefined;
};

const notTried = (): Reason => ({
  code: "sequencer/returning",
  message: "The layer was set back, and executes the transaction again in a moment. Ask again then.",
});

const behindOthers = (nonce: number, first: Reason): Reason => ({
  code: first.code,
  message: `The transaction follows nonce ${nonce} of its account, which waits itself: ${first.message}`,
});

const behindGap = (missing: number): Reason => ({
  code: "sequencer/returning",
  message:
    `Nonce ${missing} of the account was dropped, and this transaction was signed to follow it. ` +
    `Send any transaction with nonce ${missing}: then this one is executed.`,
});

const legBehindGap = (missing: number): Reason => ({
  code: "sequencer/leg-behind-gap",
  message:
    `Nonce ${missing} of the account was dropped, and this leg was signed to follow it. ` +
    "The legs on other layers cannot wait for the account. Send the bundle again.",
});
