import { FrondError } from "../error.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { sleep } from "./sleep.ts";

export type RetryOptions = {
  /** What is done, as the subject of a log line: "Reading the deposits". */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Logger | undefined;
  /** An error that no retry can mend is thrown. No error is one by default. */
  readonly isFinal?: (error: unknown) => boolean;
  readonly onFailure?: (error: unknown) => void;
  /** After this many the last error is thrown; without a limit by default. */
  readonly attempts?: number;
  /** Before the second attempt, twice as long before each one after it; 500 by default. */
  readonly pauseMilliseconds?: number;
  /** 30,000 by default. */
  readonly longestPauseMilliseconds?: number;
};

const PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 30_000;
const LONGEST_REASON = 500;

/**
 * Does something until it succeeds.
 * @throws the reason of `signal` as soon as that is aborted: an attempt that is under way goes on without its caller,
 * and its result is lost
 */
export async function retry<T>(attempt: (number: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { what, signal, logger = silentLogger, attempts = Number.POSITIVE_INFINITY } = options;
  const longest = options.longestPauseMilliseconds ?? LONGEST_PAUSE_MILLISECONDS;
  let pause = Math.min(options.pauseMilliseconds ?? PAUSE_MILLISECONDS, longest);
  for (let number = 1; ; number++, pause = Math.min(pause * 2, longest)) {
    signal?.throwIfAborted();
    try {
      return await orAborted(attempt(number), signal);
    } catch (error) {
      if (signal?.aborted || options.isFinal?.(error) || number >= attempts) throw error;
      options.onFailure?.(error);
      const reason = reasonOf(error).slice(0, LONGEST_REASON);
      logger.warn(`${what} failed; trying again in ${pause / 1000} s`, { reason });
      await sleep(pause, signal === undefined ? {} : { signal });
    }
  }
}

/** The message of the error that is ours, if a library has wrapped one: the library's is long, and says less. */
function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof FrondError) return at.message;
  return error instanceof Error ? error.message : String(error);
}

/** The result of `work`, or the reason of `signal` if that is aborted first. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  work.catch(() => {});
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
