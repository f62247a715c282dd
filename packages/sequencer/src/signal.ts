/** Lets asynchronous work wait until something may have changed. */
export type Signal = {
  wait(): Promise<void>;
  /** Ends every wait that has begun. */
  wake(): void;
};

export function createSignal(): Signal {
  let waiting: (() => void)[] = [];
  return {
    wait: () => new Promise((resolve) => void waiting.push(resolve)),
    wake() {
      const woken = waiting;
      waiting = [];
      for (const resolve of woken) resolve();
    },
  };
}
