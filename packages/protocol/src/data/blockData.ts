import { compress, type Field } from "@frond/foundation";
import { chainChunks } from "../chainChunks.ts";
import { type Holder, heldEntryKey } from "../holder.ts";
import { valuesHash, type WitnessSet } from "../indexedTree.ts";
import { type DataRules, type EntryFormat, fitsFormat, formatWordCount } from "./entryFormat.ts";
import { entryWords, hiddenEntryWords, type WrittenEntry } from "./entryWords.ts";
import { NoFormatError } from "./errors.ts";

/** What a block publishes, and what it leaves to a committee. */
export type BlockData = { readonly publicWords: readonly Field[]; readonly committeeWords: readonly Field[] };

/** A written entry, where its words go, and the number of its format. */
export type DataEntry = WrittenEntry & {
  /** Its position in the list of the witness set that it is in. */
  readonly position: number;
  readonly format: number;
  readonly publicWords: readonly Field[];
  readonly committeeWords: readonly Field[];
};

/** The entries of a block, and the signatures of owners who hold theirs, for the values at the end of the block. */
type Written = { readonly witnessSet: WitnessSet; readonly holders?: readonly Holder[] };

/**
 * The words of a block's written entries (docs/protocol.md 9): existing ones by leaf, then new ones. In a volition the
 * last value of an entry says whether the committee alone is given the entry's values; and if the value before says
 * that the owner holds them, only if the owner is among the holders.
 * @throws NoFormatError if no format holds the values of an entry
 */
export function blockData(options: Written & DataRules): BlockData {
  const entries = dataEntries(options);
  return {
    publicWords: entries.flatMap(({ publicWords }) => publicWords),
    committeeWords: entries.flatMap(({ committeeWords }) => committeeWords),
  };
}

/** The entries that a block writes, in the order of their words. */
export function dataEntries({
  witnessSet,
  holders = [],
  mode,
  formats,
  hasHeld = false,
}: Written & DataRules): DataEntry[] {
  const signed = new Set(holders.map(heldEntryKey));
  return writtenEntries(witnessSet).map((entry) => {
    const format = smallestFormat(entry, formats);
    const words = entryWords(entry, formats[format]!);
    const isUnsigned = hasHeld && entry.values.at(-2) === 1n && !signed.has(entry.key);
    const isHidden = mode === "volition" && entry.values.at(-1) === 1n && !isUnsigned;
    return {
      ...entry,
      format,
      publicWords: mode === "validium" ? [] : isHidden ? hiddenEntryWords(entry, valuesHash(entry.values)) : words,
      committeeWords: mode === "validium" || isHidden ? words : [],
    };
  });
}

/** The hash of a list of words, a chunk of three at a time; 0 of a list without words. */
export function dataChain(words: readonly Field[]): Field {
  return chainChunks(0n, words);
}

/** What a block's statement says of its words. */
export function blockDataHash({ publicWords, committeeWords }: BlockData): Field {
  return dataHashOf(dataChain(publicWords), dataChain(committeeWords));
}

/** What a block states of its data: of the chain over what it publishes, and of the one over what a committee holds. */
export function dataHashOf(publicHash: Field, committeeHash: Field): Field {
  return compress(publicHash, committeeHash, 0n, 0n);
}

function writtenEntries({ entries, inserts, leafCountBefore }: WitnessSet) {
  const existing = entries.flatMap(({ index, key, before, after }, position) =>
    after.some((value, i) => value !== before[i]) ? [{ position, index, isInsert: false, key, values: after }] : [],
  );
  const added = inserts.map(({ key, after }, position) => {
    return { position, index: leafCountBefore + position, isInsert: true, key, values: after };
  });
  return [...existing, ...added];
}

/** The number of the format with the fewest words that holds the values: readers do not care whose format it is. */
function smallestFormat({ index, values }: WrittenEntry, formats: readonly EntryFormat[]): number {
  let smallest: number | undefined;
  formats.forEach((format, number) => {
    const isSmaller = smallest === undefined || formatWordCount(format) < formatWordCount(formats[smallest]!);
    if (isSmaller && fitsFormat(values, format)) smallest = number;
  });
  if (smallest === undefined) throw new NoFormatError(index);
  return smallest;
}
