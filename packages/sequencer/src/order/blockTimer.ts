import type { Clock } from "../types.ts";

/** Ends blocks when their time is over, but not while something speaks against it. */
export type BlockTimer = {
  /** A block has begun. */
  start(block: TimedBlock): void;
  /** There is no open block any more. */
  stop(): void;
  /** What spoke against it may be over. */
  check(): void;
};

type TimedBlock = { readonly epoch: number; readonly number: number };

/** An epoch that has so many blocks more lets the next one last twice as long. */
const BLOCKS_TO_DOUBLE = 4;
const LONGEST = 3_600_000;

/**
 * The first block of an epoch has `blockMilliseconds` milliseconds; each has a little more than the one before. An
 * epoch that grows long waits for its provers, and fuller blocks are less work for them.
 */
export const createBlockTimer = (
  { blockMilliseconds, first }: { readonly blockMilliseconds: number; readonly first: TimedBlock | undefined },
  dependencies: {
    readonly clock: Clock;
    mayEnd(): boolean;
    end(): void;
  },
): BlockTimer => {
  const { clock, mayEnd, end } = dependencies;
  let firstOfEpoch = first;
  let cancel = (): void => {};
  let isDue = false;
  const check = (): void => {
    if (!isDue || !mayEnd()) return;
    isDue = false;
    end();
  };
  const timeOf = (block: TimedBlock): number => {
    if (firstOfEpoch?.epoch !== block.epoch || block.number < firstOfEpoch.number) firstOfEpoch = block;
    return Math.min(LONGEST, blockMilliseconds * 2 ** ((block.number - firstOfEpoch.number) / BLOCKS_TO_DOUBLE));
  };
  return {
    start(block) {
      isDue = false;
      cancel = clock.after(timeOf(block), () => {
        isDue = true;
        check();
      });
    },
    stop() {
      cancel();
      isDue = false;
    },
    check,
  };
};
