/** What a client knows of a layer's time. */
export type LayerClock = {
  /** The layer had this time just now, or a later one. */
  saw(time: number): void;
  /** The layer's present time, at least as late as every time seen. Between two sights, this machine measures. */
  now(): number;
};

/**
 * Follows a layer's time by what the layer answers and by the milliseconds that pass here. The clock of this machine
 * may be wrong by hours; only `passed` counts, from any beginning.
 */
export function createLayerClock(passed: () => number = () => performance.now()): LayerClock {
  let ahead = Number.NEGATIVE_INFINITY;
  return {
    saw(time) {
      // The time of a block is that of its beginning, so the latest sight is not always the most exact one.
      ahead = Math.max(ahead, time - passed());
    },
    now: () => Math.ceil(passed() + ahead),
  };
}
