import { FIELD_MODULUS, type Field } from "@frond/foundation";
import type { ScalarType } from "./ir.ts";
import { scalarLimit } from "./scalarBits.ts";

/*
 * A value is a number: 0 or 1 for a bool, the position of the member for an enumeration, and of a signed integer the
 * number itself. In the state, in arguments and in messages every value is an element of the field: a signed integer of
 * n bits is there as its two's complement, the number modulo 2^n. So every value of zero is the element 0.
 */

/** The least number of a type. */
export function leastNumber(type: ScalarType): bigint {
  return type.kind === "signed" ? -(1n << BigInt(type.bits - 1)) : 0n;
}

/** Whether a number is one of a type. */
export function isNumberOf(type: ScalarType, value: bigint): boolean {
  const least = leastNumber(type);
  return value >= least && value < least + scalarLimit(type);
}

/** The field element that represents a number of a type. */
export function numberToField(type: ScalarType | undefined, value: bigint): Field {
  return type?.kind === "signed" ? BigInt.asUintN(type.bits, value) : value;
}

/** The number that a field element represents. */
export function fieldToNumber(type: ScalarType | undefined, value: Field): bigint {
  return type?.kind === "signed" ? BigInt.asIntN(type.bits, value) : value;
}

/**
 * Converts a number of one type to the same number of another, which it may not fit. As an element of the field, a
 * negative number is the one that gives 0 with its opposite; the elements above half the modulus are negative.
 */
export function convertNumber(from: ScalarType, to: ScalarType, value: bigint): bigint {
  if (isWide(to)) return value < 0n ? value + FIELD_MODULUS : value;
  if (to.kind === "signed" && isWide(from)) return value > FIELD_MODULUS >> 1n ? value - FIELD_MODULUS : value;
  return value;
}

function isWide({ kind }: ScalarType): boolean {
  return kind === "field" || kind === "address";
}
