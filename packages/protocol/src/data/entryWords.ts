import type { Field } from "@frond/foundation";
import { PACKED_WORD_BITS } from "../constants.ts";
import { pack } from "../packing.ts";
import { PACKINGS } from "../tables/packings.ts";
import { type EntryFormat, FIELD_CLASS, fitsFormat, headerBits, packedWordCount, streamBits } from "./entryFormat.ts";
import { EntryWordsError } from "./errors.ts";

/** A written entry at the end of a block. */
export type WrittenEntry = {
  /** Of its leaf. */
  readonly index: number;
  /** Whether the block adds it: then its key is written too. */
  readonly isInsert: boolean;
  readonly key: Field;
  readonly values: readonly Field[];
};

/**
 * The words of a written entry in a format (docs/protocol.md 9): the header, the class of each value and the values of
 * classes below 7 as one stream of bits, cut into words; then a word for each field element; then the key if the block
 * adds the entry. {@link readEntryWords} reads them without the application.
 * @throws EntryWordsError if the values do not fit the format
 */
export function entryWords(entry: WrittenEntry, format: EntryFormat): Field[] {
  const { values } = entry;
  if (!fitsFormat(values, format)) throw new EntryWordsError("values do not fit the format");
  let stream = headerOf(entry, { isHidden: false, count: format.length });
  format.forEach((valueClass, i) => {
    stream |= BigInt(valueClass) << BigInt(headerBits(i));
  });
  let bits = headerBits(format.length);
  format.forEach((valueClass, i) => {
    if (valueClass !== FIELD_CLASS) stream |= values[i]! << BigInt(bits);
    bits += streamBits(valueClass);
  });
  const packed = Array.from(
    { length: packedWordCount(format) },
    (_, word) => (stream >> BigInt(word * PACKED_WORD_BITS)) & WORD_MASK,
  );
  return [...packed, ...values.filter((_, i) => format[i] === FIELD_CLASS), ...keyOf(entry)];
}

/** The public words of an entry whose values only the committee is given. */
export function hiddenEntryWords(entry: WrittenEntry, hashOfValues: Field): Field[] {
  return [headerOf(entry, { isHidden: true, count: entry.values.length }), hashOfValues, ...keyOf(entry)];
}

const WORD_MASK = (1n << BigInt(PACKED_WORD_BITS)) - 1n;

function headerOf({ index, isInsert }: WrittenEntry, rest: { readonly isHidden: boolean; readonly count: number }) {
  const parts = { index, isInsert: Number(isInsert), isHidden: Number(rest.isHidden), count: rest.count };
  return pack(PACKINGS.entryHeader, parts, (part, value, bits) => {
    return new EntryWordsError(`${part} ${value} does not fit ${bits} bits`);
  });
}

function keyOf({ isInsert, key }: WrittenEntry): Field[] {
  return isInsert ? [key] : [];
}
