import { expectedSeconds, jobSeconds } from "../pool/jobSeconds.ts";

/**
 * Of each of the last proofs, newest last: how many times longer it took than a slow machine that does nothing else
 * would.
 */
export type Pace = readonly number[];

/** The median of so many proofs is what counts, so that a few that were stopped up, or lied about, change nothing. */
const REMEMBERED = 9;
/** No pace lets a proof take more time than this many times the ordinary limit. */
const MOST_SLOWNESS = 64;
const MOST_DOUBLINGS = 10;

/**
 * Notes a proof that was made. `seconds` are those of proving alone, which follow from the rows: those of the witness
 * are as many as whoever wrote the circuit likes.
 */
export function notePace(pace: Pace, { rows, seconds }: { rows: number; seconds: number }): Pace {
  return [...pace, seconds / expectedSeconds(rows)].slice(-REMEMBERED);
}

/** How many times slower than expected proofs have been made of late; 1 if they were not, or if there were none. */
export function slownessOf(pace: Pace): number {
  const sorted = [...pace].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 1;
  return Math.min(MOST_SLOWNESS, Math.max(1, median));
}

/**
 * Seconds after which an attempt at a proof is stopped: twice as many after each attempt that was stopped for its time,
 * and in proportion to how slow proofs have been made of late. So an honest job ends on any machine, and one that never
 * ends costs a known time.
 */
export function limitSeconds(
  { rows, overdues, pace }: { rows: number; overdues: number; pace: Pace },
  baseSeconds: (rows: number) => number = jobSeconds,
): number {
  return baseSeconds(rows) * slownessOf(pace) * 2 ** Math.min(MOST_DOUBLINGS, overdues);
}
