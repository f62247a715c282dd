import type { Clock } from "./types.ts";

/** Ends blocks when their time is over, but not while something speaks against it. */
export type BlockTimer = {
  /** A block has begun. */
  start(): void;
  /** There is no open block any more. */
  stop(): void;
  /** What spoke against it may be over. */
  check(): void;
};

export const createBlockTimer = (
  { blockTime }: { readonly blockTime: number },
  dependencies: {
    readonly clock: Clock;
    mayEnd(): boolean;
    end(): void;
  },
): BlockTimer => {
  const { clock, mayEnd, end } = dependencies;
  let cancel = (): void => {};
  let isDue = false;
  const check = (): void => {
    if (!isDue || !mayEnd()) return;
    isDue = false;
    end();
  };
  return {
    start() {
      isDue = false;
      cancel = clock.after(blockTime, () => {
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
