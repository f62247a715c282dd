/**
 * Blocks or messages of a session on their way to the coordinator, in order of their numbers. Plain data: whoever reads
 * a clock passes the milliseconds.
 */
export type Stream = {
  /** The last one that was given on this connection. */
  readonly given: number;
  /** The last one that the coordinator says it has. */
  readonly taken: number;
  /**
   * When something was given while nothing was outstanding, or was given again, or the coordinator took something:
   * whatever came last.
   */
  readonly sinceMilliseconds: number;
  /** How long the coordinator may take nothing until everything outstanding is given again. */
  readonly patienceMilliseconds: number;
};

/** What is given on a connection can be lost in it only by a fault, so it is given again late; later each time. */
export const RESEND_MILLISECONDS = 5_000;
const LONGEST_PATIENCE = 60_000;

/** Nothing was given on this connection, and nobody knows what the coordinator has: less than `first`. */
export function newStream(first: number): Stream {
  return { given: first - 1, taken: first - 1, sinceMilliseconds: 0, patienceMilliseconds: RESEND_MILLISECONDS };
}

/**
 * The coordinator says what it has. That is less than before if it lost something: then what it lost counts as not
 * given.
 */
export function noteTaken(stream: Stream, taken: number, nowMilliseconds: number): Stream {
  if (taken === stream.taken) return stream;
  const given = taken < stream.taken ? taken : Math.max(stream.given, taken);
  return { given, taken, sinceMilliseconds: nowMilliseconds, patienceMilliseconds: RESEND_MILLISECONDS };
}

/** What is above `above` was given just now, through `through`. */
export function noteGiven(
  stream: Stream,
  { above, through }: { readonly above: number; readonly through: number },
  nowMilliseconds: number,
): Stream {
  const isRepeated = above < stream.given;
  if (!isRepeated && stream.given > stream.taken) return { ...stream, given: through };
  const patienceMilliseconds = isRepeated
    ? Math.min(2 * stream.patienceMilliseconds, LONGEST_PATIENCE)
    : stream.patienceMilliseconds;
  return { ...stream, given: through, sinceMilliseconds: nowMilliseconds, patienceMilliseconds };
}

/**
 * What to give next is above the returned number; undefined if there is nothing to give. `last` exists, and not more
 * than `window` may be outstanding. What is outstanding for too long is given again, from the first on.
 */
export function nextAbove(
  stream: Stream,
  {
    last,
    window,
    nowMilliseconds,
  }: { readonly last: number; readonly window: number; readonly nowMilliseconds: number },
): number | undefined {
  const { given, taken, sinceMilliseconds, patienceMilliseconds } = stream;
  const isOverdue = given > taken && nowMilliseconds - sinceMilliseconds >= patienceMilliseconds;
  if (isOverdue) return taken;
  return last > given && given - taken < window ? given : undefined;
}
