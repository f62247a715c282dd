import { type Field, fieldToHex } from "@frond/foundation";
import {
  BLOB_CHUNKS,
  BLOB_MODULUS,
  DATA_SEGMENTS,
  DATA_WORDS,
  dataWords,
  type EpochData,
  POINT_HINT,
  segmentDigest,
  segmentPoint,
  topOf,
  WORDS_PER_CHUNK,
} from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { recordInput } from "./recordInput.ts";

/** As in the circuit: coefficients in one row of the polynomial, bits of a coefficient's low part, and of a limb. */
const ROW = 64;
const PART_BITS = 126;
const LIMB_BITS = 84;

/** The settlement circuit's `Data`: the words, where their segments end, and how they are evaluated at `z`. */
export function dataInput({ segments, z, epoch }: { segments: EpochData; z: bigint; epoch: number }): InputMap {
  const words = [...dataWords(segments)];
  while (words.length < DATA_WORDS) words.push(0n);
  const stops = stopsOf(segments);
  const ends = new Set(stops);
  const unused = segmentPointHint({ digest: 0n, chunks: 0, epoch });
  return {
    words: words.map(fieldToHex),
    ends: Array.from({ length: BLOB_CHUNKS }, (_, i) => ends.has(i + 1)),
    segments: Array.from({ length: DATA_SEGMENTS }, (_, i) => {
      const segment = segments[i];
      const point = segment === undefined ? unused : segmentPointHint({ ...segmentOf(segment), epoch });
      return { stop: stops[i] ?? stops.at(-1) ?? 0, point };
    }),
    blob: blobHint(words, z),
  };
}

/** What the point of a segment is made of. */
export function segmentOf(words: readonly Field[]): { digest: Field; chunks: number } {
  return { digest: segmentDigest(words), chunks: words.length / WORDS_PER_CHUNK };
}

/** Where the point of a segment is: the counter that finds x, and y. */
export function segmentPointHint(segment: { digest: Field; chunks: number; epoch: number }): InputMap {
  const { counter, point } = segmentPoint(segment);
  return recordInput(POINT_HINT, { counter, y: point.y });
}

/** The number of chunks up to the end of each segment. */
function stopsOf(segments: EpochData): number[] {
  let chunks = 0;
  return segments.map((words) => (chunks += words.length / WORDS_PER_CHUNK));
}

/**
 * How coefficients are evaluated at `z` modulo the blob's modulus.
 * @param coefficients below 2^254: the words, or numbers congruent to them
 */
export function blobHint(coefficients: readonly bigint[], z: bigint): InputMap {
  const powers = [1n, z];
  const steps: bigint[] = [];
  while (powers.length <= ROW) {
    steps.push(powers.at(-1)! * z);
    powers.push(steps.at(-1)! % BLOB_MODULUS);
  }
  return {
    coefficients: coefficients.map((coefficient) => ({
      low: fieldToHex(BigInt.asUintN(PART_BITS, coefficient)),
      high: fieldToHex(coefficient >> BigInt(PART_BITS)),
    })),
    tops: coefficients.map((coefficient) => fieldToHex(topOf(coefficient))),
    challenge: limbs(z).map(fieldToHex),
    powers: steps.map(reduction),
    rows: rowsOf(coefficients, powers).map(reduction),
  };
}

/** What each row adds up to with the rows above it, the last row first, before it is reduced. */
function rowsOf(coefficients: readonly bigint[], powers: readonly bigint[]): bigint[] {
  const rows: bigint[] = [];
  for (let row = ROW - 1; row >= 0; row--) {
    const above = ((rows.at(-1) ?? 0n) % BLOB_MODULUS) * powers[ROW]!;
    const part = coefficients.slice(row * ROW, (row + 1) * ROW);
    rows.push(part.reduce((sum, coefficient, i) => sum + coefficient * powers[i]!, above));
  }
  return rows;
}

function reduction(value: bigint): InputMap {
  return {
    quotient: limbs(value / BLOB_MODULUS).map(fieldToHex),
    remainder: limbs(value % BLOB_MODULUS).map(fieldToHex),
  };
}

/** Two limbs of 84 bits, and what is above them. */
function limbs(value: bigint): [bigint, bigint, bigint] {
  const low = BigInt.asUintN(LIMB_BITS, value);
  const middle = BigInt.asUintN(LIMB_BITS, value >> BigInt(LIMB_BITS));
  return [low, middle, value >> BigInt(2 * LIMB_BITS)];
}
