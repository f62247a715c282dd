/**
 * A clock that stands still while this process does not run, or can hear nobody: what is missing then is nobody's
 * fault.
 */
export type AwakeClock = {
  /** Milliseconds. Has to be asked at least every `longestStep`, or the rest does not count. */
  now(): number;
};

export function createAwakeClock(
  { longestStep, isHearing }: { longestStep: number; isHearing: () => boolean },
  wallClock: () => number = () => performance.now(),
): AwakeClock {
  let awake = 0;
  let last = wallClock();
  return {
    now() {
      const wall = wallClock();
      if (isHearing()) awake += Math.min(wall - last, longestStep);
      last = wall;
      return awake;
    },
  };
}
