import { flattenType, partsOf, type Type } from "./types.ts";

/** What the layout depends on of a declared map. */
type Declaration = { readonly kind: string; readonly value: Type; readonly committee?: string };

/** Where the values of entries are in the state. */
export type EntryLayout = {
  /** V: how many values every entry has. */
  readonly entryWidth: number;
  /** For each map, the position of each declared value; the nonce of an account comes first. */
  readonly positions: readonly (readonly number[])[];
};

/**
 * Values stand in the order of their declaration. Only a bool that says whether the committee alone is given the values
 * of its entry is the last value of all: the circuit finds it there, and need not know the map of an entry.
 */
export function entryLayout(maps: readonly (readonly [name: string, Declaration])[]): EntryLayout {
  const declared = maps.map(([, map]) => ({ count: countValues(map), flag: flagOf(map) }));
  const widest = Math.max(...declared.map(({ count, flag }) => (flag === undefined ? count : count - 1)));
  const isFlagged = declared.some(({ flag }) => flag !== undefined);
  const positions = declared.map(({ count, flag = count }) =>
    Array.from({ length: count }, (_, i) => (i === flag ? widest : i < flag ? i : i - 1)),
  );
  return { entryWidth: isFlagged ? widest + 1 : widest, positions };
}

/** The values that stand before the declared ones: the nonce of an account. */
export function ownValues({ kind }: Declaration): number {
  return kind === "account" ? 1 : 0;
}

function countValues(map: Declaration): number {
  return ownValues(map) + flattenType(map.value, "").length;
}

/** The place of the bool among the declared values. */
function flagOf(map: Declaration): number | undefined {
  if (map.committee === undefined) return undefined;
  let place = ownValues(map);
  for (const [part, type] of partsOf(map.value)) {
    if (part === map.committee) return place;
    place += flattenType(type, "").length;
  }
  return undefined;
}
