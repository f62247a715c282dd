import type { Field } from "@frond/foundation";

/** The places of new keys, which are kept in their order. */
export type KeyPlaces = {
  readonly places: ReadonlyMap<Field, number>;
  add(key: Field, place: number): void;
  /** The greatest key below `key`. */
  below(key: Field): Field | undefined;
};

export function createKeyPlaces(): KeyPlaces {
  const places = new Map<Field, number>();
  const sorted: Field[] = [];
  return {
    places,
    add(key, place) {
      places.set(key, place);
      sorted.splice(countBelow(sorted, key), 0, key);
    },
    below: (key) => sorted[countBelow(sorted, key) - 1],
  };
}

/** How many of the sorted keys are below `key`. */
function countBelow(sorted: readonly Field[], key: Field): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
