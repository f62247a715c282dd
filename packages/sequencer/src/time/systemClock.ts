import type { Clock } from "../types.ts";

/** The clocks of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  passed: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
