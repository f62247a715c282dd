import { type Clock, systemClock } from "@frond/sequencer";

/** How far an honest clock may be from that of L1: what the contract tolerates of an epoch's end. */
export const TOLERANCE_MILLISECONDS = 15_000;

/** The clocks of this machine. */
export type LocalClock = Pick<Clock, "now" | "passed">;

/** The network's time: the wall clock of this machine for as long as L1 agrees with it, else L1's clock. */
export type NetworkClock = {
  /** Whole milliseconds since 1970; once L1 was looked at, never less than before. */
  time(): number;
  /** L1 was looked at: its next block has this time. */
  noteLayerOne(time: number): void;
  /** Milliseconds that have passed, since whenever: how long something takes, whatever becomes of the time. */
  passed(): number;
};

/**
 * A clock for all layers of a network. The wall clock is finer than L1's, but may be wrong and may jump. So it counts
 * only while it is as close to L1's clock as the contract demands of the end of an epoch. Between two looks at L1, and
 * while L1 does not answer, L1's time is that of the last look and what has passed since. Before the first look the
 * wall clock's at the start stands in for it, and binds to nothing.
 */
export function createNetworkClock({ now, passed }: LocalClock = systemClock): NetworkClock {
  let anchor = { time: now(), at: passed() };
  let last = 0;
  let hasLooked = false;
  return {
    time() {
      const onLayerOne = anchor.time + passed() - anchor.at;
      const here = now();
      const isRight = Math.abs(here - onLayerOne) <= TOLERANCE_MILLISECONDS;
      const time = Math.max(last, Math.floor(isRight ? here : onLayerOne));
      if (hasLooked) last = time;
      return time;
    },
    noteLayerOne(time) {
      anchor = { time, at: passed() };
      hasLooked = true;
    },
    passed,
  };
}
