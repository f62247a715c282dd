import { flattenType, partsOf, type Type } from "./types.ts";

/** What the layout depends on of a declared map. */
type Declaration = {
  readonly kind: string;
  readonly value: Type;
  readonly committee?: string;
  readonly held?: string;
};

/** Where the values of entries are in the state. */
export type EntryLayout = {
  /** V: how many values every entry has. */
  readonly entryWidth: number;
  /** For each map, the position of each declared value; the nonce of an account comes first. */
  readonly positions: readonly (readonly number[])[];
};

/**
 * Values stand in the order of their declaration. Only a bool that says whether the committee alone is given the values
 * of its entry is the last value of all, and one that says whether the owner holds them the last but one: the circuit
 * finds them there, and need not know the map of an entry.
 */
export function entryLayout(maps: readonly (readonly [name: string, Declaration])[]): EntryLayout {
  const declared = maps.map(([, map]) => ({
    count: countValues(map),
    held: placeOf(map.held, map),
    committee: placeOf(map.committee, map),
  }));
  // In the order in which they stand behind all other values.
  const flags = (["held", "committee"] as const).filter((flag) => declared.some((map) => map[flag] !== undefined));
  const own = declared.map((map) => flags.map((flag) => map[flag]));
  const widest = Math.max(...declared.map(({ count }, i) => count - own[i]!.filter(isPlace).length));
  const positions = declared.map(({ count }, i) => {
    const places = own[i]!;
    return Array.from({ length: count }, (_, place) => {
      const flag = places.indexOf(place);
      if (flag >= 0) return widest + flag;
      return place - places.filter((other) => isPlace(other) && other < place).length;
    });
  });
  return { entryWidth: widest + flags.length, positions };
}

function isPlace(place: number | undefined): place is number {
  return place !== undefined;
}

/** The values that stand before the declared ones: the nonce of an account. */
export function ownValues({ kind }: Declaration): number {
  return kind === "account" ? 1 : 0;
}

function countValues(map: Declaration): number {
  return ownValues(map) + flattenType(map.value, "").length;
}

/** The place of a bool among the declared values. */
function placeOf(flag: string | undefined, map: Declaration): number | undefined {
  if (flag === undefined) return undefined;
  let place = ownValues(map);
  for (const [part, type] of partsOf(map.value)) {
    if (part === flag) return place;
    place += flattenType(type, "").length;
  }
  return undefined;
}
