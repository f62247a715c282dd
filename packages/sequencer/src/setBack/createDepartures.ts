import type { Store } from "@frond/store";
import type { Departed } from "./createReturning.ts";
import type { Drops } from "./drops.ts";
import { type PendingItem, storeDeparted } from "./storeDeparted.ts";

/** Brings to the disk what has left the line. */
export type Departures = {
  /** Times of what was executed and is not durable yet: only then its messages are on their way. */
  readonly times: readonly number[];
  settle(departed: Departed<PendingItem>): void;
  /** Resolves when all is durable. */
  whenStored(): Promise<void>;
};

export function createDepartures(dependencies: {
  readonly store: Store;
  readonly drops: Pick<Drops, "add">;
  session(): number;
  /** Sends records of the log to the disk. */
  flush(): void;
  onStored(departed: Departed<PendingItem>): void;
  onFailure(error: unknown): void;
}): Departures {
  const { store, drops, session, flush, onStored, onFailure } = dependencies;
  let times: number[] = [];
  let stored: Promise<void> = Promise.resolve();
  return {
    get times() {
      return times;
    },
    settle(departed) {
      const { executed, dropped } = departed;
      if (executed.length + dropped.length === 0) return;
      // The log first: writes keep their order, and a transaction without a row has its record.
      flush();
      times = [...times, ...executed.map(({ time }) => time)];
      stored = storeDeparted(departed, { store, drops, session: session() });
      stored.then(() => {
        times = times.slice(executed.length);
        onStored(departed);
      }, onFailure);
    },
    whenStored: () => stored,
  };
}
