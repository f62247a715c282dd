import { FrondError } from "../error.ts";
import { sleep } from "./sleep.ts";

export type UntilOptions = {
  /** What is waited for, for the error's message. */
  readonly what?: string;
  /** Between two questions; 50 by default. */
  readonly everyMilliseconds?: number;
  /** After which the condition is given up; never by default. */
  readonly withinMilliseconds?: number;
  readonly signal?: AbortSignal;
};

/** What a condition says while it does not hold. */
type NotYet = undefined | null | false;

const EVERY_MILLISECONDS = 50;

/**
 * Asks `condition` again and again, one question at a time, and returns the first answer that is not undefined, null or
 * false. The condition is asked once more when its time is over.
 * @throws NotInTimeError, the reason of `signal`, and what `condition` throws
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  options: UntilOptions = {},
): Promise<Exclude<T, NotYet>> {
  const { what = "a condition", everyMilliseconds = EVERY_MILLISECONDS, withinMilliseconds, signal } = options;
  const deadline = withinMilliseconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + withinMilliseconds;
  for (let isLast = false; ; ) {
    signal?.throwIfAborted();
    const answer = await condition();
    if (answer !== undefined && answer !== null && answer !== false) return answer as Exclude<T, NotYet>;
    if (isLast) throw new NotInTimeError(what, withinMilliseconds!);
    const left = Math.max(0, deadline - performance.now());
    isLast = left <= everyMilliseconds;
    await sleep(Math.min(everyMilliseconds, left), signal === undefined ? {} : { signal });
  }
}

/** A condition did not come to hold in the time that it was given. */
export class NotInTimeError extends FrondError {
  constructor(what: string, withinMilliseconds: number) {
    super({
      code: "foundation/not-in-time",
      message: `Waited ${withinMilliseconds} ms for ${what}, in vain. Look at what should have caused it, or wait longer.`,
      data: { what, withinMilliseconds },
    });
  }
}
