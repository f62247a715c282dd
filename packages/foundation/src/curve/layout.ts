import { ELEMENT } from "../montgomery.ts";

/*
 * Where things stand in the memory of a curve's kernel, in bytes. An affine point is x, y; the neutral one is (0, 0)
 * with all limbs 0. A projective point is x, y, z for (x / z, y / z); the neutral one is (0, y, 0). Coordinates of
 * points are normalised and between -0.01 and 1.3.
 */

export const AFFINE_POINT: number = 2 * ELEMENT;
/** An addition in the list of `addPairs`: the addresses of both points and of the sum. */
export const PAIR = 12;
/** The largest number of additions in one list. */
export const MAXIMUM_PAIRS = 8192;
/** Windows of four bits of a scalar. The table has the multiples 1, 3, .. 15 of 16^window for each. */
export const TABLE_WINDOWS = 64;
export const TABLE_MULTIPLES = 8;
/** What the two passes of `addPairs` share of a pair: divisor, product of the divisors before, kind. */
export const SLOT: number = 2 * ELEMENT + 8;
export const SLOT_PRODUCT: number = ELEMENT;
export const SLOT_KIND: number = 2 * ELEMENT;

let end = 0;
function area(bytes: number): number {
  const start = end;
  end += Math.ceil(bytes / 16) * 16;
  return start;
}

/** 256-bit little-endian integers, the format exchanged with JavaScript: two coordinates, and a scalar. */
export const WORDS: number = area(64);
export const SCALAR: number = area(32);
/** The projective result of `doubleResult`, `addToResult` and `multiplyGenerator`. */
export const RESULT: number = area(3 * ELEMENT);
/** Affine points to work with. */
export const LEFT: number = area(AFFINE_POINT);
export const RIGHT: number = area(AFFINE_POINT);
export const ONE: number = area(ELEMENT);
export const ONE_IN_MONTGOMERY_FORM: number = area(ELEMENT);
export const R_SQUARED: number = area(ELEMENT);
/** The cube root of 1 that multiplies x in the endomorphism. */
export const CUBE_ROOT: number = area(ELEMENT);
/** Eight elements that the formulas work with. */
export const TEMPORARY: number = area(8 * ELEMENT);
export const POWERS: number = area(16 * ELEMENT);
export const SELECTED: number = area(AFFINE_POINT);
export const TABLE: number = area(TABLE_WINDOWS * TABLE_MULTIPLES * AFFINE_POINT);
export const PAIRS: number = area(MAXIMUM_PAIRS * PAIR);
export const SLOTS: number = area(MAXIMUM_PAIRS * SLOT);
/** From here on, memory is the caller's. */
export const FREE: number = area(0);
