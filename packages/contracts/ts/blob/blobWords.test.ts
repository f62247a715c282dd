import { FIELD_MODULUS } from "@frond/foundation";
import { BLOB_MODULUS, DATA_WORDS } from "@frond/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { BlobMalformedError } from "../errors.ts";
import { blobCoefficientsOf, blobValuesOf } from "./blobTransform.ts";
import { blobOfWords, wordsOfBlob } from "./blobWords.ts";

const word = fc.oneof(fc.bigInt(0n, FIELD_MODULUS - 1n), fc.constantFrom(0n, 1n, FIELD_MODULUS - 1n));

test("words are read back as they were written, without the zeros behind them", () => {
  const lists = fc.array(word, { maxLength: DATA_WORDS, size: "max" });
  fc.assert(
    fc.property(lists, (words) => {
      const read = wordsOfBlob(bytesOf(blobOfWords(words)));
      expect([...read, ...new Array<bigint>(words.length - read.length).fill(0n)]).toEqual(words);
      expect(read.at(-1)).not.toBe(0n);
    }),
    { numRuns: 20 },
  );
});

test("a word and the word with the modulus added are the same word", () => {
  const coefficients = new Array<bigint>(4096)
    .fill(0n)
    .with(0, 5n + FIELD_MODULUS)
    .with(7, 9n);
  const blob = `0x${blobValuesOf(coefficients)
    .map((value) => value.toString(16).padStart(64, "0"))
    .join("")}` as const;
  expect(coefficients[0]! < 1n << 254n).toBe(true);
  expect(wordsOfBlob(bytesOf(blob))).toEqual([5n, 0n, 0n, 0n, 0n, 0n, 0n, 9n]);
});

test("the values stand in the order of their roots' reversed bits", () => {
  const values = blobValuesOf([3n, 1n, ...new Array<bigint>(4094).fill(0n)]);
  // 3 + x at 1, at -1, and at the two roots whose square is -1.
  expect(values.slice(0, 2)).toEqual([4n, 2n]);
  expect((values[2]! - 3n) ** 2n % BLOB_MODULUS).toBe(BLOB_MODULUS - 1n);
  expect((values[2]! + values[3]!) % BLOB_MODULUS).toBe(6n);
  expect(blobCoefficientsOf(values).slice(0, 3)).toEqual([3n, 1n, 0n]);
});

test("what is no blob is refused", () => {
  const blob = bytesOf(blobOfWords([1n]));
  expect(() => blobOfWords(new Array<bigint>(DATA_WORDS + 1).fill(1n))).toThrow(BlobMalformedError);
  expect(() => wordsOfBlob(new Uint8Array(blob.length + 1))).toThrow(BlobMalformedError);
  expect(() => wordsOfBlob(blob.subarray(1))).toThrow(BlobMalformedError);
  expect(() => wordsOfBlob(new Uint8Array())).toThrow(BlobMalformedError);
  blob.set(Buffer.from(BLOB_MODULUS.toString(16), "hex"));
  expect(() => wordsOfBlob(blob)).toThrow(BlobMalformedError);
});

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.slice(2), "hex"));
}
