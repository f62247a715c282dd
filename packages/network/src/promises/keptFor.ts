/** What was not to be had is asked for again after so long. */
const FAILED_MILLISECONDS = 1_000;

/**
 * Reads at most once in so many milliseconds: whoever asks meanwhile gets the same answer, and for a second the same
 * error. A read that takes longer is waited for.
 */
export function keptFor<T>(milliseconds: number, read: () => Promise<T>): () => Promise<T> {
  let kept: { readonly answer: Promise<T>; until: number } | undefined;
  return () => {
    if (kept !== undefined && performance.now() < kept.until) return kept.answer;
    const next = { answer: read(), until: Number.POSITIVE_INFINITY };
    next.answer.then(
      () => {
        next.until = performance.now() + milliseconds;
      },
      () => {
        next.until = performance.now() + Math.min(milliseconds, FAILED_MILLISECONDS);
      },
    );
    kept = next;
    return next.answer;
  };
}
