import { FIELD_MODULUS, type Field, fieldToHex } from "@frond/foundation";
import { BLOB_MODULUS, BLOB_WORDS, DATA_WORDS } from "@frond/protocol";
import type { Hex } from "viem";
import { BlobMalformedError } from "../errors.ts";
import { blobCoefficientsOf, blobValuesOf } from "./blobTransform.ts";

/** The bytes of a blob. */
export const BLOB_BYTES: number = BLOB_WORDS * 32;

/** The blob whose polynomial has the words as coefficients, from the constant on: 131,072 bytes (EIP-4844). */
export function blobOfWords(words: readonly Field[]): Hex {
  if (words.length > DATA_WORDS) {
    throw new BlobMalformedError(`${words.length} words are more than the ${DATA_WORDS} that it holds`);
  }
  const coefficients = [...words, ...new Array<bigint>(BLOB_WORDS - words.length).fill(0n)];
  return `0x${blobValuesOf(coefficients)
    .map((value) => fieldToHex(value).slice(2))
    .join("")}`;
}

/**
 * The coefficients of the polynomial whose values a blob has (EIP-4844), all {@link BLOB_WORDS} of them.
 * @throws BlobMalformedError for bytes that are no blob
 */
export function coefficientsOfBlob(blob: Uint8Array): bigint[] {
  if (blob.length !== BLOB_BYTES) throw new BlobMalformedError(`it has ${blob.length} bytes, not ${BLOB_BYTES}`);
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  const values = Array.from({ length: BLOB_WORDS }, (_, i) => {
    const [high, low] = [0, 16].map(
      (at) => (view.getBigUint64(32 * i + at) << 64n) | view.getBigUint64(32 * i + at + 8),
    );
    const value = (high! << 128n) | low!;
    if (value >= BLOB_MODULUS) throw new BlobMalformedError(`its element ${i} is no element of the field`);
    return value;
  });
  return blobCoefficientsOf(values);
}

/**
 * The words that a blob publishes, without the zeros behind the last one. A coefficient stands for the word that it is
 * congruent to. @throws BlobMalformedError for bytes that are no blob
 */
export function wordsOfBlob(blob: Uint8Array): Field[] {
  const words = coefficientsOfBlob(blob).map((coefficient) => coefficient % FIELD_MODULUS);
  return words.slice(0, words.findLastIndex((word) => word !== 0n) + 1);
}
