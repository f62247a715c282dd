import { type Field, isField } from "@frond/foundation";
import { MAX_ENTRY_WIDTH, PACKED_WORD_BITS, VALUE_CLASS_BITS } from "../constants.ts";
import { PACKINGS, shiftOf } from "../tables/packings.ts";
import {
  type EntryFormat,
  FIELD_CLASS,
  headerBits,
  packedWordCount,
  streamBits,
  type ValueClass,
} from "./entryFormat.ts";
import { EntryWordsError } from "./errors.ts";

/** An entry as a list of words has it. */
export type PublishedEntry = {
  readonly index: number;
  readonly isInsert: boolean;
  /** Of an entry that the block adds. */
  readonly key?: Field;
} & (
  | { readonly isHidden: false; readonly values: readonly Field[] }
  /** The committee has the values. */
  | { readonly isHidden: true; readonly count: number; readonly valuesHash: Field }
);

/**
 * Reads every entry of a list of words, in order, without the application. A word without a count ends the list, and
 * only zeros may follow. Words from anywhere are safe to read: each is looked at once, and there is one list of words
 * for a list of entries and their formats.
 * @throws EntryWordsError if the words are no list of entries
 */
export function readEntryWords(words: readonly Field[]): PublishedEntry[] {
  const entries: PublishedEntry[] = [];
  let at = 0;
  while (at < words.length) {
    const first = words[at]!;
    const count = part(first, "count");
    if (count === 0) {
      const other = words.findIndex((word, i) => i >= at && word !== 0n);
      if (other >= 0) throw new EntryWordsError("a word follows the end of the entries", other);
      break;
    }
    const { entry, length } = readEntry(words, at);
    entries.push(entry);
    at += length;
  }
  return entries;
}

type Read = { readonly entry: PublishedEntry; readonly length: number };

function readEntry(words: readonly Field[], at: number): Read {
  const header = words[at]!;
  const count = part(header, "count");
  if (count > MAX_ENTRY_WIDTH) throw new EntryWordsError(`an entry has ${count} values`, at);
  const head = { index: part(header, "index"), isInsert: part(header, "isInsert") === 1 };
  const isHidden = part(header, "isHidden") === 1;
  if (isHidden && header >> BigInt(headerBits(0)) !== 0n) throw new EntryWordsError("a hidden entry has a format", at);
  const format = isHidden ? [] : formatOf(header, count);
  const packed = isHidden ? 1 : packedWordCount(format);
  const wholes = isHidden ? 1 : format.filter((valueClass) => valueClass === FIELD_CLASS).length;
  const length = packed + wholes + Number(head.isInsert);
  if (at + length > words.length) throw new EntryWordsError("the list ends within an entry", at);
  const taken = words.slice(at, at + length);
  taken.forEach((word, i) => {
    const isWord = i < packed ? word >= 0n && word >> BigInt(PACKED_WORD_BITS) === 0n : isField(word);
    if (!isWord) throw new EntryWordsError("a word is too large", at + i);
  });
  const key = head.isInsert ? { key: taken.at(-1)! } : {};
  if (isHidden) return { entry: { ...head, ...key, isHidden, count, valuesHash: taken[1]! }, length };
  const stream = taken.slice(0, packed).reduceRight((sum, word) => (sum << BigInt(PACKED_WORD_BITS)) | word, 0n);
  const values = unpackValues(stream, { format, wholes: taken.slice(packed, packed + wholes), at });
  return { entry: { ...head, ...key, isHidden, values }, length };
}

function unpackValues(
  stream: bigint,
  { format, wholes, at }: { readonly format: EntryFormat; readonly wholes: readonly Field[]; readonly at: number },
): Field[] {
  let rest = stream >> BigInt(headerBits(format.length));
  let whole = 0;
  const values = format.map((valueClass) => {
    if (valueClass === FIELD_CLASS) return wholes[whole++]!;
    const bits = BigInt(streamBits(valueClass));
    const value = rest & ((1n << bits) - 1n);
    rest >>= bits;
    return value;
  });
  if (rest !== 0n) throw new EntryWordsError("bits follow the values of an entry", at);
  return values;
}

function formatOf(header: Field, count: number): EntryFormat {
  return Array.from(
    { length: count },
    (_, i) => Number((header >> BigInt(headerBits(i))) & ((1n << BigInt(VALUE_CLASS_BITS)) - 1n)) as ValueClass,
  );
}

function part(word: Field, name: keyof typeof PACKINGS.entryHeader): number {
  const mask = (1n << BigInt(PACKINGS.entryHeader[name])) - 1n;
  return Number((word >> BigInt(shiftOf(PACKINGS.entryHeader, name))) & mask);
}
