import { type Field, FrondError } from "@frond/foundation";
import { BLOB_CHUNKS, DATA_SEGMENTS, WORDS_PER_CHUNK } from "./constants.ts";

/** r: the order of the scalar field of BLS12-381, over which a blob is a polynomial (EIP-4844). */
export const BLOB_MODULUS: bigint = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;

/** Words that one epoch can publish: the coefficients of a blob's polynomial but the last, which is 0. */
export const DATA_WORDS: number = BLOB_CHUNKS * WORDS_PER_CHUNK;

/** Bits of a coefficient below its top. */
const TOP_SHIFT = 252n;
const TOP_BITS = 2n;
/** Tops in one element of the commitment. */
const TOPS_PER_ELEMENT = 126;

/** The segments of an epoch, each as its words in whole chunks (docs/protocol.md 9). */
export type EpochData = readonly (readonly Field[])[];

/**
 * The words of an epoch in the order of the blob: its segments one behind the other.
 * @throws EpochDataError for more than a settlement can publish
 */
export function dataWords(segments: EpochData): Field[] {
  if (segments.length > DATA_SEGMENTS) {
    throw new EpochDataError(`it has ${segments.length} segments, and a settlement takes ${DATA_SEGMENTS}`);
  }
  const chunks = segments.map((words) => words.length / WORDS_PER_CHUNK);
  if (!chunks.every((count) => Number.isInteger(count) && count > 0)) {
    throw new EpochDataError("a segment is not made of whole chunks of three words");
  }
  const words = segments.flat();
  if (words.length > DATA_WORDS) {
    throw new EpochDataError(`it has ${words.length} words, and a blob takes ${DATA_WORDS}`);
  }
  return words;
}

/** Bits 252 and 253 of a coefficient, which tell a word and a word with the field's modulus added apart. */
export function topOf(word: Field): bigint {
  return word >> TOP_SHIFT;
}

/** The tops of all coefficients, 126 to an element, the first in the lowest bits. */
export function packTops(words: readonly Field[]): Field[] {
  const packed: Field[] = [];
  for (let at = 0; at < DATA_WORDS; at += TOPS_PER_ELEMENT) {
    const part = words.slice(at, Math.min(at + TOPS_PER_ELEMENT, DATA_WORDS));
    packed.push(part.reduceRight((sum, word) => (sum << TOP_BITS) + topOf(word), 0n));
  }
  return packed;
}

/** The value at `z` of the polynomial whose coefficients are the words, modulo {@link BLOB_MODULUS}. */
export function evaluateData(words: readonly Field[], z: bigint): bigint {
  return words.reduceRight((sum, word) => (sum * z + word) % BLOB_MODULUS, 0n);
}

export function padded(elements: readonly Field[], length: number): Field[] {
  return [...elements, ...new Array<Field>(length - elements.length).fill(0n)];
}

/** The data of an epoch does not fit its settlement. */
export class EpochDataError extends FrondError {
  constructor(problem: string) {
    super({
      code: "protocol/epoch-data",
      data: { problem },
      message: `The data of an epoch can't be settled: ${problem}. Leave blocks to the next epoch.`,
    });
  }
}
