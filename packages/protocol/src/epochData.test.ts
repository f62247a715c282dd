import { FIELD_MODULUS } from "@frond/foundation";
import { expect, test } from "vitest";
import { DATA_SEGMENTS } from "./constants.ts";
import { BLOB_MODULUS, DATA_WORDS, dataWords, EpochDataError, evaluateData, packTops } from "./epochData.ts";
import { segmentDigest, segmentPoint } from "./segment.ts";

test("the words of segments stand one behind the other", () => {
  expect(dataWords([])).toEqual([]);
  const segments = [
    [1n, 2n, 3n],
    [4n, 5n, 6n, 7n, 8n, 9n],
  ];
  expect(dataWords(segments)).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
});

test("what a settlement can't publish is refused", () => {
  const full = new Array<bigint>(DATA_WORDS).fill(1n);
  expect(dataWords([full]).length).toBe(4095);
  expect(() => dataWords([full, [1n, 2n, 3n]])).toThrow(EpochDataError);
  expect(() => dataWords([[1n, 2n]])).toThrow(EpochDataError);
  expect(() => dataWords([[]])).toThrow(EpochDataError);
  const many = new Array(DATA_SEGMENTS).fill([1n, 2n, 3n]);
  expect(dataWords(many).length).toBe(3 * DATA_SEGMENTS);
  expect(() => dataWords([...many, [1n, 2n, 3n]])).toThrow(EpochDataError);
});

test("the polynomial begins at z^0, and its value is reduced", () => {
  expect(evaluateData([], 2n)).toBe(0n);
  expect(evaluateData([5n, 3n, 1n], 10n)).toBe(135n);
  expect(evaluateData([0n, FIELD_MODULUS - 1n], 1n << 200n)).toBe(((FIELD_MODULUS - 1n) << 200n) % BLOB_MODULUS);
});

test("tops tell a word from the other number that stands for it", () => {
  const packed = packTops([(1n << 252n) - 1n, 1n << 252n, ...new Array<bigint>(124).fill(0n), FIELD_MODULUS - 1n]);
  expect(packed).toEqual([1n << 2n, 3n, ...new Array<bigint>(31).fill(0n)]);
});

test("a segment's point depends on digest, length and epoch", () => {
  const digest = segmentDigest([1n, 2n, 3n]);
  const points = [
    segmentPoint({ digest, chunks: 1, epoch: 1 }),
    segmentPoint({ digest, chunks: 2, epoch: 1 }),
    segmentPoint({ digest, chunks: 1, epoch: 2 }),
    segmentPoint({ digest: digest + 1n, chunks: 1, epoch: 1 }),
  ].map(({ point }) => point);
  expect(new Set(points.map(({ x }) => x)).size).toBe(4);
  for (const { x, y } of points) {
    expect((y * y - (x * x * x - 17n)) % FIELD_MODULUS).toBe(0n);
    expect(y < 1n << 252n).toBe(true);
  }
});
