/** A longer timer than this fires at once. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

/**
 * Calls `onOver` when the seconds that `limitSeconds` gives are over; it is asked again at the end, for they may have
 * become more.
 */
export function startDeadline(
  limitSeconds: () => number,
  onOver: () => void,
): { readonly isOver: boolean; clear(): void } {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const look = () => {
    const left = start + limitSeconds() * 1_000 - performance.now();
    isOver = left <= 0;
    if (isOver) onOver();
    else timer = setTimeout(look, Math.min(left, LONGEST_TIMER_MILLISECONDS));
  };
  look();
  return {
    get isOver() {
      return isOver;
    },
    clear: () => clearTimeout(timer),
  };
}
