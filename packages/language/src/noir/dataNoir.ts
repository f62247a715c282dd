import type { BlockSize, DataRules } from "@frond/protocol";
import { holderPlaces, wordLists } from "./dataLists.ts";

/** What the entry point of a block's circuit says of the block's data. */
export type DataNoir = {
  readonly imports: string;
  /** The constants after those of the size, if there are any: lines with their ends. */
  readonly globals: string;
  /** The last inputs: lines with their ends. */
  readonly inputs: string;
  /** The last statements. */
  readonly statements: string;
};

export function dataNoir(rules: DataRules, size: BlockSize): DataNoir {
  const { mode, hasHeld = false } = rules;
  const lists = wordLists(mode);
  const holders = holderPlaces(rules, size);
  const hash = hasHeld ? "held_data_hash" : `${mode}_data_hash`;
  const values = [
    "witness_set",
    "after",
    "formats",
    ...lists,
    "application::entry_words",
    ...(hasHeld ? ["signed"] : []),
  ];
  const signed = holders > 0 ? "signed_entries(layer_id, witness_set, after, holders)" : "[0; EXISTING + INSERTS]";
  return {
    imports: hasHeld
      ? `use frond::data::WordList;\nuse frond::held::${holders > 0 ? `{${hash}, Holder, signed_entries}` : hash};`
      : `use frond::data::{${hash}, WordList};`,
    globals: holders > 0 ? `global HOLDERS: u32 = ${holders};\n` : "",
    inputs: [
      "    formats: [[Field; FORMATS]; EXISTING + INSERTS],\n",
      ...lists.map((list) => `    ${list}: WordList<EXISTING + INSERTS, WORDS>,\n`),
      ...(holders > 0 ? ["    holders: [Holder; HOLDERS],\n"] : []),
    ].join(""),
    statements: [
      ...(hasHeld ? [`    let signed = ${signed};\n`] : []),
      `    let words = ${hash}(${values.join(", ")});\n`,
      '    assert(words == data_hash, "block: other data");',
    ].join(""),
  };
}
