import type { Field } from "@frond/foundation";
import { entryKey } from "@frond/protocol";

/** Keys kept in each of the two generations: together some tens of megabytes at most. */
const GENERATION = 100_000;

/** Entry keys by map and key values. A hash costs more than the rest of a call, and a layer's busy entries are few. */
export type KeyCache = { keyOf(map: number): (...keys: Field[]) => Field };

/** Keeps what was used recently: when a generation is full it becomes the old one, and what is asked for again moves to the new one. */
export function createKeyCache(generation = GENERATION): KeyCache {
  return {
    keyOf(map) {
      let recent = new Map<Field | string, Field>();
      let old = new Map<Field | string, Field>();
      return (...keys) => {
        const name = keys.length === 1 ? keys[0]! : keys.join();
        const known = recent.get(name);
        if (known !== undefined) return known;
        const key = old.get(name) ?? entryKey(map, keys);
        if (recent.size >= generation) {
          old = recent;
          recent = new Map();
        }
        recent.set(name, key);
        return key;
      };
    },
  };
}
