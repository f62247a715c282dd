import { type BoolValue, type FieldValue, field, type Uint, u64, u128 } from "@frond/language";

/**
 * Signed numbers with 32 binary places, for applications whose integers have no sign.
 *
 * In the state and in arguments such a number is an unsigned integer of 64 bits: the number times 2^32, plus 2^62. So numbers from -2^30 to 2^30 can be
 * added and subtracted with the checks of integers. For products it becomes a field element, where arithmetic is exact and nearly free, and negative
 * numbers are the ones near the modulus; only rounding it back to 64 bits costs something, and fails if it does not fit.
 */
export const fixed = u64;

export type Fixed = Uint<64>;

const PLACES = 32;
const ONE = 2 ** PLACES;

/** What stands for zero. */
export const ZERO = 1n << 62n;

/** a + b. Fails if the result is outside the range. */
export function add(a: Fixed, b: Fixed): Fixed {
  return a.add(b).subtract(ZERO);
}

/** a - b. Fails if the result is outside the range. */
export function subtract(a: Fixed, b: Fixed): Fixed {
  return a.add(ZERO).subtract(b);
}

/** a * b, rounded to the nearest. Fails if the result is outside the range. */
export function multiply(a: Fixed, b: Fixed): Fixed {
  return round(exact(a).multiply(exact(b)), PLACES);
}

/** The number times 2^32, with its sign, to calculate with exactly. The product of two of these has 64 places, and so on. */
export function exact(a: Fixed): FieldValue {
  return a.to(field).subtract(ZERO);
}

/** An exact number divided by 2^`places`, rounded to the nearest (halves upwards). `places` is at most 64. Fails if the result is outside the range. */
export function round(number: FieldValue, places: number): Fixed {
  // Adding what makes it positive first, so that rounding down is the same for both signs.
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

/** The state's form of a number that a program outside the application has: the nearest there is. */
export function toFixed(number: number): bigint {
  return BigInt(Math.round(number * ONE)) + ZERO;
}

/** The number that the state's form stands for, as near as a JavaScript number comes to it. */
export function fromFixed(value: bigint): number {
  return Number(value - ZERO) / ONE;
}
