/** Work that is done one after the other. */
export type Turns = {
  /** From the first call of `take` until all work is done. */
  readonly isUnderWay: boolean;
  /** Resolves when all that was asked for by now is done. */
  whenDone(): Promise<void>;
  /** Resolves when the work is done, or has failed. */
  take(work: () => Promise<void>): Promise<void>;
};

export function createTurns(dependencies: { onFailure(error: unknown): void; onIdle(): void }): Turns {
  const { onFailure, onIdle } = dependencies;
  let isUnderWay = false;
  let last: Promise<void> = Promise.resolve();
  return {
    get isUnderWay() {
      return isUnderWay;
    },
    whenDone: () => last,
    take(work) {
      isUnderWay = true;
      last = last
        .then(() => {
          isUnderWay = true;
          return work();
        })
        .catch(onFailure)
        .then(() => {
          isUnderWay = false;
          onIdle();
        });
      return last;
    },
  };
}
