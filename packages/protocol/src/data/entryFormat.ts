import type { Field } from "@frond/foundation";
import { type DataMode, PACKED_WORD_BITS, VALUE_CLASS_BITS } from "../constants.ts";
import { PACKINGS, widthOfPacking } from "../tables/packings.ts";

/** The class of values that are elements of the field: each takes a word of its own. */
export const FIELD_CLASS = 7;

/** The bits of the values of each class below that of field elements. Values of class 0 are always zero. */
export const CLASS_BITS = [0, 1, 8, 16, 32, 64, 128] as const;

/** How a value is written in the words of an entry. */
export type ValueClass = 0 | 1 | 2 | 3 | 4 | 5 | 6 | typeof FIELD_CLASS;

/** The class of each value of an entry, one for each map of an application. */
export type EntryFormat = readonly ValueClass[];

/** Where a layer's data goes, and in which formats its entries are written. */
export type DataRules = {
  readonly mode: DataMode;
  readonly formats: readonly EntryFormat[];
  /**
   * Whether the value before the last is a bool that says of an entry of a volition that its owner has to sign for it;
   * if left out, no owner has to.
   */
  readonly hasHeld?: boolean;
};

/** Bits in front of the values of an entry whose format is written. */
export function headerBits(count: number): number {
  return widthOfPacking(PACKINGS.entryHeader) + count * VALUE_CLASS_BITS;
}

/** The smallest class that holds every value of so many bits; that of field elements if no number is given. */
export function valueClassOf(bits: number | undefined): ValueClass {
  const found = bits === undefined ? -1 : CLASS_BITS.findIndex((width) => bits <= width);
  return (found < 0 ? FIELD_CLASS : found) as ValueClass;
}

/** The bits of a value in the bit stream: none for a field element. */
export function streamBits(valueClass: ValueClass): number {
  return valueClass === FIELD_CLASS ? 0 : CLASS_BITS[valueClass];
}

/** How many words hold the header and the bit stream of an entry. */
export function packedWordCount(format: EntryFormat): number {
  const bits = format.reduce((sum, valueClass) => sum + streamBits(valueClass), headerBits(format.length));
  return Math.ceil(bits / PACKED_WORD_BITS);
}

/** How many words an entry takes, without its key. */
export function formatWordCount(format: EntryFormat): number {
  return packedWordCount(format) + format.filter((valueClass) => valueClass === FIELD_CLASS).length;
}

/** Whether the values can be written in the format. */
export function fitsFormat(values: readonly Field[], format: EntryFormat): boolean {
  return (
    values.length === format.length &&
    format.every((valueClass, i) => valueClass === FIELD_CLASS || values[i]! >> BigInt(CLASS_BITS[valueClass]) === 0n)
  );
}
