/** How long a connection may be silent before the node is asked for a sign of life. */
const SILENCE_MILLISECONDS = 30_000;
/** In which it has to answer then. */
const ANSWER_MILLISECONDS = 10_000;

/**
 * Finds connections that are gone without a word: a machine that slept, a network that was changed. A page can't ping,
 * so the node is asked a question after a while of silence, if anybody waits for news.
 */
export function watchSilence(ports: { isNeeded(): boolean; ask(): Promise<unknown>; onSilent(): void }): {
  heard(): void;
  stop(): void;
} {
  let isHeard = true;
  let answer: ReturnType<typeof setTimeout> | undefined;
  const timer = setInterval(() => {
    const wasHeard = isHeard;
    isHeard = false;
    if (wasHeard || answer !== undefined || !ports.isNeeded()) return;
    answer = setTimeout(ports.onSilent, ANSWER_MILLISECONDS);
    ports.ask().catch(() => {});
  }, SILENCE_MILLISECONDS);
  return {
    heard() {
      isHeard = true;
      clearTimeout(answer);
      answer = undefined;
    },
    stop() {
      clearInterval(timer);
      clearTimeout(answer);
    },
  };
}
