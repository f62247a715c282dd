import type { Field } from "@frond/foundation";
import type { CommitteeWords } from "./advanceState.ts";

/** So many times as long as a committee was waited for in vain, it is not asked. */
const PAUSE_FACTOR = 5;

/**
 * Asks the committee of a layer that was silent not again before some time has passed: a follower waits for one that is
 * dead no more than a sixth of its time.
 */
export function patientWords(words: CommitteeWords, now = () => performance.now()): CommitteeWords {
  const silentUntil = new Map<Field, number>();
  return async (request) => {
    const { layerId } = request;
    const begun = now();
    if (begun < (silentUntil.get(layerId) ?? 0)) return undefined;
    const told = await words(request);
    if (told === undefined) silentUntil.set(layerId, now() + PAUSE_FACTOR * (now() - begun));
    else silentUntil.delete(layerId);
    return told;
  };
}
