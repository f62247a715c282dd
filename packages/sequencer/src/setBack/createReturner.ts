import type { Field } from "@frond/foundation";
import { addressOf, isLeg } from "@frond/protocol";
import type { DroppedTransaction, PendingRow, PendingTransaction, Store } from "@frond/store";
import { returning, SequencerError } from "../errors.ts";
import type { EpochQuota } from "../intake/epochQuota.ts";
import { MustWait } from "../order/mustWait.ts";
import type { Orderer } from "../order/orderer.ts";
import type { Promises } from "../promise/promises.ts";
import type { ReturningStatus } from "../types.ts";
import {
  type Attempt,
  createReturning,
  freeNonce,
  missingNonce,
  type Reason,
  type ReturningItem,
} from "./createReturning.ts";
import type { Drops } from "./drops.ts";

/** Executes returning transactions again, and keeps the durable line in step with the line in memory. */
export type Returner = {
  /** What is executed again counts until it is durable: only then its messages are on their way. */
  readonly status: ReturningStatus;
  /** Those in line, as they are stored. */
  readonly waiting: readonly PendingTransaction[];
  /** Reads the line from the store. What was executed already leaves it. */
  load(): void;
  /** Tries all in line, in slices, for as long as `mayGoOn`. Resolves when what left the line is on its way to the disk. */
  tryAll(mayGoOn: () => boolean): Promise<void>;
  /** What stood against one may be over: tries all in line soon, once, if `mayTry`. */
  wake(): void;
  /** Drops the first that may be given up, has at most this slot, and still fails. */
  giveUp(slot: number): void;
  /** Resolves when nothing is tried and all that left the line is on disk. */
  whenIdle(): Promise<void>;
  /** @throws SequencerError returning, if the account has transactions in line that this nonce does not help */
  checkNonce(account: Field, nonce: number): void;
  /** The nonce with which the account's next transaction is signed. */
  nextNonce(account: Field): number;
  reasonOf(hash: Field): Reason | undefined;
};

type Item = ReturningItem & { readonly position: number; readonly pending: PendingTransaction };

/** For so many milliseconds execution holds this thread before it sends records to the disk and lets others work. */
const SLICE_MILLISECONDS = 8;

export const createReturner = (dependencies: {
  readonly store: Store;
  readonly orderer: Pick<Orderer, "order" | "nonceOf">;
  readonly promises: Pick<Promises, "of" | "add">;
  readonly quota: Pick<EpochQuota, "count">;
  readonly drops: Pick<Drops, "add">;
  session(): number;
  /** Sends records of the log to the disk. */
  flush(): void;
  /** Resolves when blocks that were cut have become few enough. */
  room(): Promise<void>;
  /** Whether transactions may be ordered now. */
  mayTry(): boolean;
  /** The line is shorter, or another one is first that may be given up. */
  onChange(): void;
  /** Dropped transactions are on disk with their reasons. */
  onDropped(): void;
  onFailure(error: unknown): void;
}): Returner => {
  const { store, orderer, promises, quota, drops, flush, room, mayTry, onChange, onDropped, onFailure } = dependencies;
  const line = createReturning<Item>({ execute, nextNonce: orderer.nonceOf });
  let stored: Promise<void> = Promise.resolve();
  /** Slots of what was executed and is not durable yet. */
  let storing: number[] = [];
  let running: Promise<void> | undefined;
  let isWoken = false;

  function execute({ pending }: Item): Attempt {
    const { hash, transaction, fee } = pending;
    const sender = addressOf(transaction.publicKey);
    try {
      const place = orderer.order({ hash, transaction, fee, sender });
      promises.add(pending, place);
      quota.count(sender, place.epoch);
      return { ok: true };
    } catch (error) {
      if (!(error instanceof SequencerError || error instanceof MustWait)) throw error;
      return { ok: false, reason: { code: error.code, message: error.message } };
    }
  }

  /** Stores what has left the line. Records were sent to the log before, and writes keep their order. */
  function storeDeparted(): void {
    const { executed, dropped } = line.takeDeparted();
    if (executed.length + dropped.length === 0) return;
    flush();
    const reasons = dropped.map(({ item, reason }) => ({
      position: item.position,
      reason: { hash: item.hash, ...reason, session: dependencies.session(), isLeg: item.isLeg },
    }));
    drops.add(reasons.map(({ reason }): DroppedTransaction => reason));
    stored = store.removePending({ executed: executed.map(({ position }) => position), dropped: reasons });
    const slots = executed.map(({ slot }) => slot);
    storing = [...storing, ...slots];
    stored.then(() => {
      storing = storing.slice(slots.length);
      if (dropped.length > 0) onDropped();
      onChange();
    }, onFailure);
  }

  async function tryAll(mayGoOn: () => boolean): Promise<void> {
    const tries = line.tries();
    let sliceEnd = performance.now() + SLICE_MILLISECONDS;
    while (mayGoOn() && !tries.next().done) {
      if (performance.now() < sliceEnd) continue;
      storeDeparted();
      await new Promise(setImmediate);
      await room();
      sliceEnd = performance.now() + SLICE_MILLISECONDS;
    }
    storeDeparted();
    onChange();
  }

  function wake(): void {
    if (line.count === 0) return;
    isWoken = true;
    running ??= new Promise(setImmediate)
      .then(async () => {
        while (isWoken && mayTry()) {
          isWoken = false;
          await tryAll(mayTry);
        }
      })
      .catch(onFailure)
      .then(() => {
        running = undefined;
        if (isWoken && mayTry()) wake();
      });
  }

  return {
    get status() {
      const { count, waiting, failing } = line;
      const slots = [...storing, ...(waiting === undefined ? [] : [waiting])];
      return {
        count: count + storing.length,
        ...(slots.length === 0 ? {} : { waiting: Math.min(...slots) }),
        ...(failing === undefined || storing.length > 0 ? {} : { failing }),
      };
    },
    get waiting() {
      return line.items.map(({ pending }) => pending);
    },
    load() {
      const rows = [...store.pending()];
      const isExecuted = ({ transaction }: (typeof rows)[number]): boolean =>
        promises.of(transaction.hash) !== undefined;
      const executed = rows.filter(isExecuted).map(({ position }) => position);
      line.restart(rows.filter((row) => !isExecuted(row)).map(itemOf));
      if (executed.length === 0) return;
      stored = store.removePending({ executed, dropped: [] });
      stored.catch(onFailure);
    },
    tryAll,
    wake,
    giveUp(slot) {
      if (!mayTry()) return;
      line.giveUp(slot);
      storeDeparted();
      onChange();
      wake();
    },
    async whenIdle() {
      await running;
      await stored;
    },
    checkNonce(account, nonce) {
      const inLine = line.noncesOf(account);
      if (inLine.length === 0) return;
      const next = orderer.nonceOf(account);
      const missing = missingNonce(next, inLine);
      if (missing === nonce && missing === next) return;
      throw returning(inLine.length, missing);
    },
    nextNonce: (account) => freeNonce(orderer.nonceOf(account), line.noncesOf(account)),
    reasonOf: line.reasonOf,
  };
};

const itemOf = ({ position, transaction: pending }: PendingRow): Item => ({
  hash: pending.hash,
  account: addressOf(pending.transaction.publicKey),
  nonce: pending.transaction.nonce,
  slot: pending.slot,
  isLeg: isLeg(pending.transaction),
  position,
  pending,
});
