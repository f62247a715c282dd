/** Passes over the line, one at a time, whenever something may have changed. */
export type Passes = {
  /** Asks for a pass. One that is under way is followed by another. */
  wake(): void;
  /** Resolves when no pass is under way. */
  whenIdle(): Promise<void>;
};

/**
 * A pass is followed by a pause of so many times its own length, or strangers' failing transactions could fill the day.
 */
const PAUSES_PER_PASS = 4;

export function createPasses(dependencies: {
  pass(): Promise<void>;
  /** Whether a pass makes sense now. Whatever ends that it does not calls `wake`. */
  mayPass(): boolean;
  onFailure(error: unknown): void;
}): Passes {
  const { pass, mayPass, onFailure } = dependencies;
  let isWanted = false;
  let running: Promise<void> | undefined;
  let pausedUntil = 0;
  let isPausing = false;

  async function run(): Promise<void> {
    // After the messages that are handled in this turn.
    await new Promise(setImmediate);
    if (!mayPass()) return;
    isWanted = false;
    const start = performance.now();
    await pass();
    const end = performance.now();
    pausedUntil = end + PAUSES_PER_PASS * (end - start);
  }

  function wake(): void {
    isWanted = true;
    if (running !== undefined || isPausing || !mayPass()) return;
    const pause = pausedUntil - performance.now();
    if (pause > 1) {
      isPausing = true;
      setTimeout(() => {
        isPausing = false;
        wake();
      }, pause).unref();
      return;
    }
    running = run()
      .catch(onFailure)
      .then(() => {
        running = undefined;
        if (isWanted) wake();
      });
  }

  return {
    wake,
    async whenIdle() {
      await running;
    },
  };
}
