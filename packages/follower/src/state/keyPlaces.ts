import type { Field } from "@frond/foundation";
import { countBelow } from "@frond/protocol";

/** The places of new keys. They are put into their order together, when somebody asks for it. */
export type KeyPlaces = {
  readonly places: ReadonlyMap<Field, number>;
  add(key: Field, place: number): void;
  /** Puts the keys that were added since the last call into their order, and returns them. */
  sort(): Field[];
  /** The greatest key below `key` of those that have been sorted. */
  below(key: Field): Field | undefined;
};

export function createKeyPlaces(): KeyPlaces {
  const places = new Map<Field, number>();
  let sorted: Field[] = [];
  let added: Field[] = [];
  return {
    places,
    add(key, place) {
      places.set(key, place);
      added.push(key);
    },
    sort() {
      const fresh = added.sort(compareFields);
      added = [];
      // Sorts that know runs merge two in one pass.
      if (fresh.length > 0) sorted = sorted.length === 0 ? [...fresh] : [...sorted, ...fresh].sort(compareFields);
      return fresh;
    },
    below: (key) => sorted[countBelow(sorted, key) - 1],
  };
}

function compareFields(a: Field, b: Field): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
