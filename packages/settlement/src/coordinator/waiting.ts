/** Lets loops wait until something has changed. */
export type Waiting = {
  wake(): void;
  /**
   * Resolves with true when `condition` holds. Resolves with false after `milliseconds`, or when the coordinator
   * closes. The time is counted in turns, so a stalled process uses up no time.
   */
  until(condition: () => boolean, milliseconds: number): Promise<boolean>;
  /** Resolves when something changed, or after `milliseconds`. */
  changed(milliseconds: number): Promise<void>;
};

/** A turn of the clock. */
export const TURN_MILLISECONDS = 100;

export function createWaiting(signal: AbortSignal): Waiting {
  const waiting = new Set<() => void>();

  function until(condition: () => boolean, milliseconds: number): Promise<boolean> {
    if (condition()) return Promise.resolve(true);
    return new Promise((resolve) => {
      let left = milliseconds;
      let timer: NodeJS.Timeout;
      const finish = (result: boolean) => {
        clearTimeout(timer);
        waiting.delete(check);
        resolve(result);
      };
      const check = () => {
        if (signal.aborted) finish(false);
        else if (condition()) finish(true);
      };
      const plan = () => {
        const step = Math.min(TURN_MILLISECONDS, left);
        timer = setTimeout(() => {
          left -= step;
          if (left <= 0 || signal.aborted) finish(condition());
          else {
            check();
            if (waiting.has(check)) plan();
          }
        }, step);
      };
      waiting.add(check);
      plan();
    });
  }

  return {
    until,
    wake() {
      for (const check of [...waiting]) check();
    },
    async changed(milliseconds) {
      // Asked at once, and then at each change.
      let asked = 0;
      await until(() => asked++ > 0, milliseconds);
    },
  };
}
