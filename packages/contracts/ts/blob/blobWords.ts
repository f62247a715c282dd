import { FIELD_MODULUS, type Field, fieldToHex } from "@frond/foundation";
import { BLOB_MODULUS, BLOB_WORDS, DATA_WORDS } from "@frond/protocol";
import type { Hex } from "viem";
import { BlobMalformedError } from "../errors.ts";
import { blobCoefficientsOf, blobValuesOf } from "./blobTransform.ts";

const DIGITS = 64;

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
 * The words that a blob publishes, without the zeros behind the last one. A coefficient stands for the word that it is
 * congruent to. @throws BlobMalformedError for bytes that are no blob
 */
export function wordsOfBlob(blob: Hex): Field[] {
  if (!/^0x[0-9a-fA-F]*$/.test(blob) || blob.length !== 2 + DIGITS * BLOB_WORDS) {
    throw new BlobMalformedError(`it has not the ${(BLOB_WORDS * DIGITS) / 2} bytes of one`);
  }
  const values = Array.from({ length: BLOB_WORDS }, (_, i) =>
    BigInt(`0x${blob.slice(2 + i * DIGITS, 2 + (i + 1) * DIGITS)}`),
  );
  if (values.some((value) => value >= BLOB_MODULUS))
    throw new BlobMalformedError("an element is not below the modulus");
  const words = blobCoefficientsOf(values).map((coefficient) => coefficient % FIELD_MODULUS);
  return words.slice(0, words.findLastIndex((word) => word !== 0n) + 1);
}
