import type { BoolValue, FieldValue, Uint } from "@frond/language";
// Pages load this file, without what traces applications.
import { field, u64, u128 } from "@frond/language/interface";

/**
 * Signed numbers with 32 binary places, for applications whose integers have no sign.
 *
 * In the state and in arguments, a number x is the 64-bit unsigned integer x * 2^32 + 2^62. Integer checks cover sums
 * and differences from -2^30 to 2^30. For products, x becomes a field element: arithmetic is exact and nearly free, and
 * negative numbers are near the modulus. Rounding back to 64 bits costs gates, and fails outside of the range.
 */
export const fixed = u64;

export type Fixed = Uint<64>;

const PLACES = 32;
const ONE = 2 ** PLACES;

/** The representation of zero. */
export const ZERO = 1n << 62n;

/** a + b. Fails if the result is outside the range. */
export function add(a: Fixed, b: Fixed): Fixed {
  return a.add(b).subtract(ZERO);
}

/** a - b. Fails if the result is outside the range. */
export function subtract(a: Fixed, b: Fixed): Fixed {
  return a.add(ZERO).subtract(b);
}

/** a * b, rounded to the nearest number. Fails if the result is outside the range. */
export function multiply(a: Fixed, b: Fixed): Fixed {
  return round(exact(a).multiply(exact(b)), PLACES);
}

/** The number times 2^32 with its sign, for exact arithmetic. The product of two such values has 64 places. */
export function exact(a: Fixed): FieldValue {
  return a.to(field).subtract(ZERO);
}

/** `number` / 2^`places`, rounded to nearest, halves up; `places` <= 64. Fails if the result is outside the range. */
export function round(number: FieldValue, places: number): Fixed {
  // An offset makes the number positive, so that rounding down is the same for both signs.
  const shifted = number.add((ZERO << BigInt(places)) + (1n << BigInt(places - 1)));
  return shifted
    .to(u128)
    .divide(1n << BigInt(places))
    .to(u64);
}

/** Whether -limit < a < limit. */
export function isWithin(a: Fixed, limit: bigint): BoolValue {
  return a.greaterThan(ZERO - limit).and(a.lessThan(ZERO + limit));
}

/** Converts a JavaScript number to the nearest representable number. */
export function toFixed(number: number): bigint {
  return BigInt(Math.round(number * ONE)) + ZERO;
}

/** Converts to the nearest JavaScript number. */
export function fromFixed(value: bigint): number {
  return Number(value - ZERO) / ONE;
}
