import type { Clock } from "../types.ts";

/** Ends blocks when their time is over, but not while something speaks against it. */
export type BlockTimer = {
  /** A block has begun. */
  start(block: TimedBlock): void;
  /** There is no open block any more. */
  stop(): void;
  /** Whether the open block's time is over. */
  readonly isDue: boolean;
  /** What spoke against it may be over, or the network has another time. */
  check(): void;
};

type TimedBlock = { readonly epoch: number; readonly number: number; readonly time: number };

/** An epoch that has so many blocks more lets the next one last twice as long. */
const BLOCKS_TO_DOUBLE = 4;
/**
 * Whoever calls sees when the block began. So growing stops at a minute, until that has cost the epoch so many blocks:
 * without blocks left, transactions would have to wait for the next epoch.
 */
const FRESH_MILLISECONDS = 60_000;
const FRESH_BLOCKS = 8;
const LONGEST = 3_600_000;

/**
 * How long the `index`-th block of an epoch lasts. Each lasts a little longer than the one before: an epoch that grows
 * long waits for its provers, and fuller blocks are less work for them.
 */
export function durationOf(index: number, blockMilliseconds: number): number {
  const grown = (blocks: number): number => blockMilliseconds * 2 ** (blocks / BLOCKS_TO_DOUBLE);
  const fresh = Math.max(blockMilliseconds, Math.min(FRESH_MILLISECONDS, grown(index)));
  return Math.min(LONGEST, Math.max(fresh, grown(index - FRESH_BLOCKS)));
}

export function createBlockTimer(
  { blockMilliseconds, first }: { readonly blockMilliseconds: number; readonly first: TimedBlock | undefined },
  dependencies: {
    readonly clock: Pick<Clock, "after">;
    /** The network's time: a block may have got old while this process stood still, or was not there. */
    now(): number;
    mayEnd(): boolean;
    end(): void;
  },
): BlockTimer {
  const { clock, now, mayEnd, end } = dependencies;
  let firstOfEpoch = first;
  let cancel = (): void => {};
  /** When the open block ends, by the network's time; undefined if there is none. */
  let endsAt: number | undefined;
  /** The clock that nobody sets says so, too. */
  let hasElapsed = false;
  const isDue = (): boolean => endsAt !== undefined && (hasElapsed || now() >= endsAt);
  const forget = (): void => {
    endsAt = undefined;
    hasElapsed = false;
  };
  const check = (): void => {
    if (!isDue() || !mayEnd()) return;
    forget();
    end();
  };
  const lastsFor = (block: TimedBlock): number => {
    if (firstOfEpoch?.epoch !== block.epoch || block.number < firstOfEpoch.number) firstOfEpoch = block;
    return durationOf(block.number - firstOfEpoch.number, blockMilliseconds);
  };
  return {
    start(block) {
      const milliseconds = lastsFor(block);
      endsAt = block.time + milliseconds;
      hasElapsed = false;
      // A block that is ahead of the network's time lasts no longer than others.
      cancel = clock.after(Math.max(0, Math.min(milliseconds, endsAt - now())), () => {
        hasElapsed = true;
        check();
      });
    },
    get isDue() {
      return isDue();
    },
    stop() {
      cancel();
      forget();
    },
    check,
  };
}
