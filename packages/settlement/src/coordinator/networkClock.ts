/** How far an honest clock may be from that of L1: what the contract tolerates of an epoch's end. */
export const TOLERANCE_MILLISECONDS = 15_000;

/** The clocks of this machine. */
export type LocalClocks = {
  /** Milliseconds since 1970. Anybody may set this clock, at any time. */
  wall(): number;
  /** Milliseconds that have passed, since whenever. Nobody can set this clock. */
  monotonic(): number;
};

export const localClocks: LocalClocks = { wall: () => Date.now(), monotonic: () => performance.now() };

/** The network's time: the wall clock of this machine for as long as L1 agrees with it, else L1's clock. */
export type NetworkClock = {
  /** Whole milliseconds since 1970; never less than before. */
  time(): number;
  /** L1 was looked at: its next block has this time. */
  noteLayerOne(time: number): void;
};

/**
 * A clock for all layers of a network. The wall clock is finer than L1's, but may be wrong and may jump. So it counts
 * only while it is as close to L1's clock as the contract demands of the end of an epoch. Between two looks at L1, and
 * while L1 does not answer, L1's time is that of the last look and what has passed since; before the first look, the
 * wall clock's at the start stands in for it.
 */
export function createNetworkClock({ wall, monotonic }: LocalClocks = localClocks): NetworkClock {
  let anchor = { time: wall(), at: monotonic() };
  let last = 0;
  return {
    time() {
      const onLayerOne = anchor.time + monotonic() - anchor.at;
      const here = wall();
      const isRight = Math.abs(here - onLayerOne) <= TOLERANCE_MILLISECONDS;
      last = Math.max(last, Math.floor(isRight ? here : onLayerOne));
      return last;
    },
    noteLayerOne(time) {
      anchor = { time, at: monotonic() };
    },
  };
}
