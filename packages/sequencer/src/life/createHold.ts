/** Stops ordering transactions for the end of an epoch. */
export type Hold = {
  /** From the call of `hold` to that of `release`: transactions wait. */
  readonly isHolding: boolean;
  /** Nothing that was ordered before is under way any more. */
  readonly isHeld: boolean;
  /** When `hold` was called; undefined if it was not. */
  readonly since: number | undefined;
  hold(): Promise<void>;
  release(): void;
};

export function createHold(dependencies: {
  now(): number;
  /** Resolves when all that was ordered is durable and no leg is prepared any more. */
  drain(): Promise<void>;
  onHeld(): void;
  onRelease(): void;
}): Hold {
  const { now, drain, onHeld, onRelease } = dependencies;
  let since: number | undefined;
  let isHeld = false;
  let calls = 0;
  return {
    get isHolding() {
      return since !== undefined;
    },
    get since() {
      return since;
    },
    get isHeld() {
      return isHeld;
    },
    async hold() {
      since ??= now();
      const call = ++calls;
      await drain();
      // Another call, or a release, came meanwhile.
      if (call !== calls) return;
      isHeld = true;
      onHeld();
    },
    release() {
      calls++;
      since = undefined;
      isHeld = false;
      onRelease();
    },
  };
}
