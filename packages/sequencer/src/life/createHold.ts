/** Stops ordering transactions for the end of an epoch. */
export type Hold = {
  /** From the call of `hold` to that of `release`: transactions wait. */
  readonly isHolding: boolean;
  /** Nothing that was ordered before is under way any more. */
  readonly isHeld: boolean;
  hold(): Promise<void>;
  release(): void;
};

export const createHold = (dependencies: {
  /** Resolves when all that was ordered is durable and no leg is prepared any more. */
  drain(): Promise<void>;
  onHeld(): void;
  onRelease(): void;
}): Hold => {
  const { drain, onHeld, onRelease } = dependencies;
  let isHolding = false;
  let isHeld = false;
  let calls = 0;
  return {
    get isHolding() {
      return isHolding;
    },
    get isHeld() {
      return isHeld;
    },
    async hold() {
      isHolding = true;
      const call = ++calls;
      await drain();
      // Another call, or a release, came meanwhile.
      if (call !== calls) return;
      isHeld = true;
      onHeld();
    },
    release() {
      calls++;
      isHolding = false;
      isHeld = false;
      onRelease();
    },
  };
};
