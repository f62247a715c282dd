import { BlockSettledError, type Store } from "@frond/store";
import type { EpochQuota } from "../intake/epochQuota.ts";
import type { Orderer } from "../order/types.ts";
import type { Promises } from "../promise/promises.ts";
import type { SetBackOptions } from "../types.ts";
import type { Returner } from "./createReturner.ts";
import type { Drops } from "./drops.ts";
import { planSetBack } from "./planSetBack.ts";
import { createTurns } from "./turns.ts";

/**
 * Sets the layer back to an earlier block. Everything else waits from the call until each returning transaction was
 * tried once; those that failed are tried again while the sequencer works on (`Returner`).
 */
export type SetBacks = {
  readonly session: number;
  /** From the call of a set-back until it is done. */
  readonly isUnderWay: boolean;
  /** Resolves when no set-back is under way. */
  whenDone(): Promise<void>;
  /** A set-back to a session that was reached does nothing. @throws BlockSettledError */
  start(options: SetBackOptions): Promise<void>;
  /** Tries what a sequencer before this one has left in line. */
  resume(): void;
};

export type SetBacksDependencies = {
  readonly store: Store;
  readonly session: number;
  readonly orderer: Orderer;
  readonly promises: Promises;
  readonly quota: EpochQuota;
  readonly returner: Returner;
  readonly drops: Drops;
  /** A set-back to a new session was asked for, and none of it is done. */
  onStart(): void;
  /** Drains the sequencer: resolves when every ordered transaction is durable and every cut block is sealed. */
  drain(): Promise<void>;
  /** The latest time that a block may have now. */
  latestTime(): number;
  /** The store has gone back: forgets what came after. */
  forget(epoch: number, through: number): void;
  flush(): Promise<unknown>;
  isEnded(): boolean;
  /** Others can go on. */
  onIdle(): void;
  onFailure(error: unknown): void;
};

export function createSetBacks(dependencies: SetBacksDependencies): SetBacks {
  const { store, orderer, promises, quota, returner, drops, drain, forget, flush, isEnded } = dependencies;
  const { onStart, onIdle, onFailure } = dependencies;
  let session = dependencies.session;
  const turns = createTurns({ onFailure, onIdle });

  async function goBack(options: SetBackOptions): Promise<void> {
    await returner.whenIdle();
    await drain();
    const { lastTime, after: lastAfter, state } = orderer.tip;
    const { waiting } = returner;
    const latestTime = dependencies.latestTime();
    const pending = planSetBack(options, { store, open: state.open, lastTime, latestTime, lastAfter, waiting });
    await store.rollback({ through: options.through, pending });
    session = options.session;
    drops.restart(pending.dropped);
    promises.clear();
    orderer.tip.restart(pending);
    quota.restart();
    forget(options.epoch, options.through);
    returner.load();
  }

  async function executeAgain(): Promise<void> {
    await returner.tryAll(() => !isEnded());
    await flush();
  }

  return {
    get session() {
      return session;
    },
    get isUnderWay() {
      return turns.isUnderWay;
    },
    whenDone: turns.whenDone,
    async start(options) {
      const { through } = options;
      if (store.block(through + 1)?.status === "settled") throw new BlockSettledError({ block: through + 1, through });
      if (options.session > session) onStart();
      await turns.take(async () => {
        if (options.session <= session) return;
        await goBack(options);
        await executeAgain();
      });
    },
    resume() {
      returner.load();
      if (returner.status.count > 0) void turns.take(executeAgain);
    },
  };
}
