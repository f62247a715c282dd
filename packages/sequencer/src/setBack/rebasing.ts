import type { Field } from "@frond/foundation";
import { addressOf } from "@frond/protocol";
import { BlockSettledError, type LoggedTransaction, type Store } from "@frond/store";
import { SequencerError } from "../errors.ts";
import type { EpochQuota } from "../intake/epochQuota.ts";
import { MustWait } from "../order/mustWait.ts";
import type { Orderer, Place } from "../order/orderer.ts";
import type { Promises } from "../promise/promises.ts";
import type { Clock, RebaseOptions } from "../types.ts";
import { dropFailed, executeAgain, type Failed, planRebase } from "./rebase.ts";

/**
 * Goes back to an earlier block and on from there, while everything else waits. What can't be executed again at once may need messages that arrive anew: it is tried again after each, for some time, while the sequencer works on.
 */
export type Rebasing = {
  readonly session: number;
  /** From when a rebase is asked for until it is done. */
  readonly isUnderWay: boolean;
  /** Resolves when none is asked for any more. */
  whenDone(): Promise<void>;
  /** A rebase to a session that was reached does nothing. @throws BlockSettledError */
  start(rebase: RebaseOptions): Promise<void>;
  /** Ends the rebase that a crash has interrupted, if there is one. */
  resume(): void;
  /** Messages have been handled, or transactions may be ordered again: what failed may succeed now. */
  tryAgain(): void;
  /** Gives nothing up any more: what is left to be done is done by the next sequencer on the store. */
  close(): void;
};

export const createRebasing = (dependencies: {
  readonly store: Store;
  readonly orderer: Orderer;
  readonly promises: Promises;
  readonly quota: EpochQuota;
  /** Lets nothing be under way any more: resolves when all that was ordered is durable, and all blocks that were cut are sealed. */
  settle(): Promise<void>;
  /** The store has gone back; forgets what came after. */
  forget(epoch: number): void;
  flush(): Promise<unknown>;
  /** Resolves when blocks that were cut have become few enough. */
  room(): Promise<void>;
  isEnded(): boolean;
  /** Whether no transaction may be ordered now. */
  isHeld(): boolean;
  readonly clock: Clock;
  /** Milliseconds for which what fails is tried again. */
  readonly patience: number;
  /** What was still failing then is dropped. */
  onDropped(): void;
  onDone(): void;
  /** Others can go on. */
  onIdle(): void;
  onFailure(error: unknown): void;
}): Rebasing => {
  const { store, orderer, promises, quota, settle, forget, flush, room, isEnded } = dependencies;
  const { isHeld, clock, patience, onDropped, onDone, onIdle, onFailure } = dependencies;
  let session = store.table<number>("metadata").get("session") ?? 0;
  let isUnderWay = false;
  let last: Promise<void> = Promise.resolve();
  let failed: Failed[] = [];
  let deadline = 0;
  let cancelGivingUp = (): void => {};

  async function goBack(rebase: RebaseOptions): Promise<void> {
    cancelGivingUp();
    await settle();
    const { open, lastSlot } = orderer;
    const waiting = failed.map(({ logged }) => logged);
    failed = [];
    const pending = planRebase(rebase, { store, open, lastSlot, waiting });
    await store.rollback({ through: rebase.through, pending });
    session = rebase.session;
    promises.clear();
    orderer.restart({ epoch: rebase.epoch, slot: lastSlot });
    quota.restart();
    forget(rebase.epoch);
  }

  const execution = {
    store,
    orderer,
    isKnown: (hash: Field) => promises.of(hash) !== undefined,
    remember(logged: LoggedTransaction, place: Place) {
      promises.add(logged, place);
      quota.count(addressOf(logged.transaction.publicKey), place.epoch);
    },
    flush,
    room,
    isEnded,
  };

  async function goOn(): Promise<void> {
    failed = await executeAgain(execution);
    if (isEnded()) return;
    if (failed.length === 0 || patience === 0) {
      await dropFailed(store, failed, session);
      failed = [];
      return;
    }
    deadline = clock.now() + patience;
    cancelGivingUp = clock.after(patience, giveUp);
  }

  /** Time is over for what still fails. While the epoch ends nothing is decided. */
  function giveUp(): void {
    if (isEnded() || isUnderWay) return;
    if (isHeld()) {
      cancelGivingUp = clock.after(patience, giveUp);
      return;
    }
    const dropped = failed;
    failed = [];
    dropFailed(store, dropped, session).then(dropped.length === 0 ? undefined : onDropped, onFailure);
  }

  function tryAgain(): void {
    if (failed.length === 0 || isEnded() || isHeld() || isUnderWay) return;
    const still: Failed[] = [];
    for (const { logged, error: before } of failed) {
      const { hash, transaction, fee } = logged;
      if (execution.isKnown(hash)) continue;
      try {
        const place = orderer.order({ hash, transaction, fee, sender: addressOf(transaction.publicKey) });
        execution.remember(logged, place);
      } catch (error) {
        // What waits for the keys of a leg is tried again when they are free.
        if (!(error instanceof SequencerError || error instanceof MustWait)) throw error;
        still.push({ logged, error: error instanceof MustWait ? before : error });
      }
    }
    const isProgress = still.length < failed.length;
    failed = still;
    if (isProgress) void flush();
    if (failed.length > 0 && clock.now() < deadline) return;
    cancelGivingUp();
    giveUp();
  }

  /** One after the other. What fails has failed for good, unless nothing has happened yet. */
  function enqueue(work: () => Promise<void>): Promise<void> {
    isUnderWay = true;
    last = last
      .then(async () => {
        isUnderWay = true;
        await work();
      })
      .catch(onFailure)
      .then(() => {
        isUnderWay = false;
        onIdle();
      });
    return last;
  }

  return {
    get session() {
      return session;
    },
    get isUnderWay() {
      return isUnderWay;
    },
    whenDone: () => last,
    async start(rebase) {
      const { through } = rebase;
      if (store.block(through + 1)?.status === "settled") throw new BlockSettledError({ block: through + 1, through });
      await enqueue(async () => {
        if (rebase.session <= session) return;
        await goBack(rebase);
        await goOn();
        onDone();
      });
    },
    tryAgain,
    close: () => cancelGivingUp(),
    resume() {
      if (!hasPending(store)) return;
      enqueue(async () => {
        await goOn();
        onDone();
      });
    },
  };
};

const hasPending = (store: Store): boolean => {
  for (const _ of store.pending()) return true;
  return false;
};
