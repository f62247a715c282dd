/** An allowance that refills with time: so many a second, and at most so many at once. */
export type Bucket = {
  /**
   * Takes `count` and returns 0; if there are fewer, takes nothing and returns the milliseconds until there will be so
   * many.
   */
  take(count: number): number;
  /** Whether nothing was taken for so long that it is as new. */
  isFull(): boolean;
};

export function createBucket(
  { rate, burst }: { rate: number; burst: number },
  clock = () => performance.now(),
): Bucket {
  let tokens = burst;
  let at = clock();
  const refill = () => {
    const now = clock();
    tokens = Math.min(burst, tokens + ((now - at) * rate) / 1_000);
    at = now;
  };
  return {
    take(count) {
      refill();
      if (tokens < count) return Math.ceil(((count - tokens) * 1_000) / rate);
      tokens -= count;
      return 0;
    },
    isFull() {
      refill();
      return tokens >= burst;
    },
  };
}
