import type { Logger } from "@frond/foundation";

export type RetryOptions = {
  readonly what: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** An error that no retry can mend is thrown. */
  readonly isFinal: (error: unknown) => boolean;
  readonly onFailure?: (error: unknown) => void;
};

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;

/** Does something until it succeeds, waiting from half a second up to half a minute in between. Rejects when aborted. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let delay = FIRST_DELAY; ; delay = Math.min(delay * 2, LONGEST_DELAY)) {
    options.signal.throwIfAborted();
    try {
      return await orAborted(attempt(), options.signal);
    } catch (error) {
      if (options.signal.aborted || options.isFinal(error)) throw error;
      options.onFailure?.(error);
      options.logger.warn(`${options.what} failed; trying again in ${delay / 1000} s`, {
        reason: error instanceof Error ? error.message.slice(0, 500) : String(error),
      });
      await pause(delay, options.signal);
    }
  }
}

/** What is under way is left to itself when aborted: whoever closes does not wait for a proof. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {});
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Waits, or less if aborted. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
