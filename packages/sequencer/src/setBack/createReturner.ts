import { type Field, sleep } from "@frond/foundation";
import type { PendingTransaction, Store } from "@frond/store";
import { returning } from "../errors.ts";
import type { EpochQuota } from "../intake/epochQuota.ts";
import type { Orderer } from "../order/types.ts";
import type { Promises } from "../promise/promises.ts";
import type { DroppedCall, ReturningStatus } from "../types.ts";
import { createDepartures } from "./createDepartures.ts";
import { createPasses } from "./createPasses.ts";
import { createReturning, type Returning } from "./createReturning.ts";
import type { Drops } from "./drops.ts";
import { executeReturning } from "./executeReturning.ts";
import type { Reason } from "./reasons.ts";
import { type PendingItem, pendingItem } from "./storeDeparted.ts";

/** Executes returning transactions again, and keeps the durable line in step with the line in memory. */
export type Returner = {
  /** What is executed again counts until it is durable: only then its messages are on their way. */
  readonly status: ReturningStatus;
  /** Those in line, as they are stored. */
  readonly waiting: readonly PendingTransaction[];
  /** Reads the line from the store. What was executed already leaves it. */
  load(): void;
  /** Tries all in line, in slices, for as long as `mayGoOn`. Resolves when each was tried. */
  tryAll(mayGoOn: () => boolean): Promise<void>;
  /** What stood against one may be over: tries all in line soon, once, if `mayTry`. */
  wake(): void;
  /** Drops the first that may be given up, has at most this time, and still fails. */
  giveUp(time: number): void;
  /** Resolves when no pass is under way, and all that left the line is on disk. */
  whenIdle(): Promise<void>;
  /** Checks that a new transaction of the account overtakes none in line. @throws SequencerError returning */
  checkTurn(account: Field): void;
  /** The nonce with which the account's next transaction is signed. */
  nextNonce(account: Field): number;
  reasonOf(hash: Field): Reason | undefined;
};

export type ReturnerDependencies = {
  readonly store: Store;
  readonly orderer: Pick<Orderer, "order" | "nonceOf" | "tip">;
  readonly promises: Pick<Promises, "of" | "add">;
  readonly quota: Pick<EpochQuota, "count">;
  readonly drops: Pick<Drops, "add">;
  session(): number;
  /** Undefined before the rest of the tree has said it. */
  round(): number | undefined;
  /** Whether a layer of a bundle is away, as far as the rest of the tree has said. */
  isWaiting(bundle: Field): boolean;
  /** Whether a layer of a bundle is frozen for ever. */
  isFrozen(bundle: Field): boolean;
  /** Sends records of the log to the disk. */
  flush(): void;
  /** Resolves when blocks that were cut have become few enough. */
  room(): Promise<void>;
  /** Whether transactions may be ordered now. */
  mayTry(): boolean;
  /** The line is shorter, or another one is first that may be given up. */
  onChange(): void;
  /** Dropped transactions are on disk with their reasons. */
  onDropped(calls: readonly DroppedCall[]): void;
  onFailure(error: unknown): void;
};

/** For so many milliseconds execution holds this thread before it sends records to the disk and lets others work. */
const SLICE_MILLISECONDS = 8;
/**
 * So many are executed again in one go; then there is a pause, in which the rest of the tree says who can still be sent
 * to. Without it a line of hundreds would send a receiver more than the receiver has blocks for in the epoch.
 */
const IN_ONE_GO = 8;
const PAUSE_MILLISECONDS = 20;

export function createReturner(dependencies: ReturnerDependencies): Returner {
  const { store, orderer, promises, round, room, mayTry, onChange, onDropped, onFailure } = dependencies;
  let loadedIn: number | undefined;
  const line = createReturning<PendingItem>({
    execute: ({ pending }) => executeReturning(pending, { ...dependencies, roundsInLine: roundsInLine() }),
  });
  const passes = createPasses({ pass: () => tryAll(mayTry), mayPass: () => line.count > 0 && mayTry(), onFailure });
  const departures = createDepartures({
    ...dependencies,
    onStored({ dropped }) {
      const calls = dropped.map(({ item, reason }) => ({ transaction: item.pending.transaction, reason }));
      if (calls.length > 0) onDropped(calls);
      onChange();
    },
  });
  const settle = (): void => departures.settle(line.takeDeparted());

  /** As far as the rest of the tree has said: rounds before it has said anything are not counted. */
  function roundsInLine(): number {
    const now = round();
    loadedIn ??= now;
    return now === undefined ? 0 : Math.max(0, now - loadedIn!);
  }

  async function tryAll(mayGoOn: () => boolean): Promise<void> {
    const tries = line.tries();
    let sliceEnd = performance.now() + SLICE_MILLISECONDS;
    let before = line.count;
    while (mayGoOn() && !tries.next().done) {
      const isPause = before - line.count >= IN_ONE_GO;
      if (performance.now() < sliceEnd && !isPause) continue;
      settle();
      await (isPause ? sleep(PAUSE_MILLISECONDS) : new Promise(setImmediate));
      await room();
      sliceEnd = performance.now() + SLICE_MILLISECONDS;
      if (isPause) before = line.count;
    }
    settle();
    onChange();
  }

  return {
    get status() {
      return statusOf(line, departures.times);
    },
    get waiting() {
      return line.items.map(({ pending }) => pending);
    },
    load() {
      loadedIn = round();
      const items = Array.from(store.pending(), pendingItem);
      const isExecuted = ({ hash }: PendingItem): boolean => promises.of(hash) !== undefined;
      line.restart(items.filter((item) => !isExecuted(item)));
      departures.settle({ executed: items.filter(isExecuted), dropped: [] });
    },
    tryAll,
    wake: passes.wake,
    giveUp(time) {
      if (!mayTry()) return;
      line.giveUp(time);
      settle();
      onChange();
      passes.wake();
    },
    async whenIdle() {
      await passes.whenIdle();
      await departures.whenStored();
    },
    checkTurn(account) {
      const { length } = line.noncesOf(account);
      if (length > 0) throw returning(length);
    },
    nextNonce: (account) => Math.max(orderer.nonceOf(account), 1 + (line.noncesOf(account).at(-1) ?? -1)),
    reasonOf: line.reasonOf,
  };
}

/** What is executed again counts until it is durable. Nothing is given up until then: it may be what the rest needs. */
function statusOf(
  { count, waiting, failing }: Pick<Returning<PendingItem>, "count" | "waiting" | "failing">,
  storing: readonly number[],
): ReturningStatus {
  const lowest = storing.reduce((low, time) => Math.min(low, time), waiting ?? Number.POSITIVE_INFINITY);
  return {
    count: count + storing.length,
    ...(lowest === Number.POSITIVE_INFINITY ? {} : { waiting: lowest }),
    ...(failing === undefined || storing.length > 0 ? {} : { failing }),
  };
}
