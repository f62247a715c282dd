const FIRST_MILLISECONDS = 5_000;
const LONGEST_MILLISECONDS = 120_000;

/**
 * How long a reply of NATS is waited for, at an attempt (the first is 1): a server or a machine that is busy answers
 * late, and then every time.
 */
export function replyMilliseconds(attempt: number): number {
  return Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** (attempt - 1));
}
