import { type Field, fieldToHex } from "@frond/foundation";
import {
  type BlockSize,
  type BlockWitness,
  type DataEntry,
  type DataRules,
  dataEntries,
  WORDS_PER_CHUNK,
} from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import type { Program } from "../ir.ts";
import { wordCapacity, wordLists } from "./dataLists.ts";

/** The circuit's hints about the data of a block: the format of each place, and the lists of words. */
export function encodeData(
  program: Program,
  options: Pick<BlockWitness, "witnessSet" | "holders"> & { readonly size: BlockSize; readonly rules: DataRules },
): InputMap {
  const { witnessSet, holders = [], size, rules } = options;
  const byPlace = new Map<number, DataEntry>();
  for (const entry of dataEntries({ witnessSet, holders, ...rules })) {
    const { isInsert, position } = entry;
    byPlace.set(isInsert ? size.entries - size.inserts + position : position, entry);
  }
  const places = Array.from({ length: size.entries }, (_, place) => byPlace.get(place));
  const capacity = wordCapacity(program, size);
  const lists = wordLists(rules.mode).map((list) => {
    const of = list === "public_list" ? "publicWords" : "committeeWords";
    return [
      list,
      encodeList(
        places.map((entry) => entry?.[of] ?? []),
        capacity,
      ),
    ];
  });
  return {
    formats: places.map((entry) => rules.formats.map((_, format) => (entry?.format === format ? "0x1" : "0x0"))),
    ...Object.fromEntries(lists),
  };
}

function encodeList(entries: readonly (readonly Field[])[], capacity: number): InputMap {
  const words = entries.flat();
  let next = 0;
  const places = entries.map(({ length }) => {
    const place = next;
    next += length;
    return place;
  });
  return {
    words: Array.from({ length: capacity }, (_, i) => fieldToHex(words[i] ?? 0n)),
    places,
    length: words.length,
    chunks: Math.ceil(words.length / WORDS_PER_CHUNK),
  };
}
