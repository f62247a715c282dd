import type { Field } from "@frond/foundation";
import { countBelow } from "@frond/protocol";

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
