import type { Field } from "@frond/foundation";
import { entryKey, type GenesisEntry } from "@frond/protocol";
import type { ApplicationInterface } from "./applicationInterface.ts";
import { encodePlain, unknownPart } from "./encode.ts";
import { EncodingError } from "./encodingError.ts";
import { entryLayout, ownValues } from "./entryLayout.ts";
import { keyType, type MapDeclaration, mapsOf } from "./state.ts";

/** They are published on L1 when a network is deployed. */
const MOST_ENTRIES = 64;

/**
 * The entries that the layers of an application begin with, in the order of their keys.
 * @throws {@link EncodingError} for a name, a key or a value that does not fit the state, a key that is there twice,
 * and more entries than 64
 */
export function genesisEntries({
  state,
  genesis = {},
}: Pick<ApplicationInterface, "state" | "genesis">): readonly GenesisEntry[] {
  const maps = mapsOf(state);
  const { entryWidth, positions } = entryLayout(maps);
  const entries = Object.entries(genesis).flatMap(([name, given]) => {
    const id = maps.findIndex(([map]) => map === name);
    if (id < 0)
      throw unknownPart(
        name,
        maps.map(([map]) => map),
        "genesis",
      );
    const declaration = maps[id]![1];
    const places = positions[id]!.slice(ownValues(declaration));
    return pairsOf(name, declaration, given).map(([key, value]): GenesisEntry => {
      const values = new Array<Field>(entryWidth).fill(0n);
      encodePlain(declaration.value, value, `genesis.${name}`).forEach((part, i) => {
        values[places[i]!] = part;
      });
      const keys = declaration.keys === undefined ? [] : encodePlain(keyType(declaration.keys), key, `${name} key`);
      return { key: entryKey(id, keys), values };
    });
  });
  if (entries.length > MOST_ENTRIES) throw wrong(`It has ${entries.length} entries.`, `Keep to ${MOST_ENTRIES}.`);
  const sorted = entries.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const isTwice = sorted.some(({ key }, i) => key === sorted[i + 1]?.key);
  if (isTwice) throw wrong("Two entries have one key.", "Give each key once.");
  return sorted;
}

function pairsOf(
  name: string,
  { keys }: MapDeclaration,
  given: unknown,
): readonly (readonly [key: unknown, value: unknown])[] {
  if (keys === undefined) return [[undefined, given]];
  if (Array.isArray(given) && given.every((pair) => Array.isArray(pair) && pair.length === 2)) return given;
  throw wrong(`\`${name}\` is no list of keys with their values.`, `Write \`${name}: [[key, value], ..]\`.`);
}

function wrong(problem: string, next: string): EncodingError {
  return new EncodingError({ path: "genesis", problem, next });
}
