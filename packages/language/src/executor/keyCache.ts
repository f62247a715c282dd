import type { Field } from "@frond/foundation";
import { entryKey } from "@frond/protocol";

/** The number of keys in each of the two generations. Both generations together take at most some tens of megabytes. */
const GENERATION = 100_000;

/**
 * A cache of entry keys by map and key values. A hash costs more than the rest of a call, and a layer has few busy
 * entries.
 */
export type KeyCache = { keyOf(map: number): (...keys: Field[]) => Field };

/** Keeps recently used keys. A full generation becomes the old one; a key that is used again moves to the new one. */
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
