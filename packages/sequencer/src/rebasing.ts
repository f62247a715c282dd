import { addressOf } from "@frond/protocol";
import { BlockSettledError, type Store } from "@frond/store";
import type { EpochQuota } from "./epochQuota.ts";
import type { Orderer } from "./orderer.ts";
import type { Promises } from "./promises.ts";
import { executeAgain, planRebase } from "./rebase.ts";
import type { RebaseOptions } from "./types.ts";

/** Goes back to an earlier block and on from there, while everything else waits. */
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
  onDone(): void;
  /** Others can go on. */
  onIdle(): void;
  onFailure(error: unknown): void;
}): Rebasing => {
  const { store, orderer, promises, quota, settle, forget, flush, room, isEnded } = dependencies;
  const { onDone, onIdle, onFailure } = dependencies;
  let session = store.table<number>("metadata").get("session") ?? 0;
  let isUnderWay = false;
  let last: Promise<void> = Promise.resolve();

  async function goBack(rebase: RebaseOptions): Promise<void> {
    await settle();
    const { open, lastSlot } = orderer;
    const pending = planRebase(rebase, { store, open, lastSlot });
    await store.rollback({ through: rebase.through, pending });
    session = rebase.session;
    promises.clear();
    orderer.restart({ epoch: rebase.epoch, slot: lastSlot });
    quota.restart();
    forget(rebase.epoch);
  }

  const goOn = (): Promise<void> =>
    executeAgain({
      store,
      session,
      orderer,
      isKnown: (hash) => promises.of(hash) !== undefined,
      remember(logged, place) {
        promises.add(logged, place);
        quota.count(addressOf(logged.transaction.publicKey), place.epoch);
      },
      flush,
      room,
      isEnded,
    });

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
