import { FrondError } from "./error.ts";

/** An element of the BN254 scalar field, in `[0, FIELD_MODULUS)`. Every protocol value is encoded as field elements. */
export type Field = bigint;

/** The order of the BN254 group: the scalar field of the circuits and the base field of Grumpkin. */
export const FIELD_MODULUS: bigint = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;

const HEX_FIELD = /^0x[0-9a-f]{64}$/;

/** Whether `value` is a canonical field element. */
export function isField(value: unknown): value is Field {
  return typeof value === "bigint" && value >= 0n && value < FIELD_MODULUS;
}

/**
 * Converts a canonical integer to a field element. The integer is checked, never reduced.
 * @throws {@link InvalidFieldError} when `value` is not canonical
 */
export function toField(value: bigint | number | boolean): Field {
  const field = typeof value === "bigint" ? value : Number.isSafeInteger(Number(value)) ? BigInt(value) : -1n;
  if (!isField(field)) throw new InvalidFieldError(value);
  return field;
}

/** The sum of two canonical elements. */
export function addFields(a: Field, b: Field): Field {
  const sum = a + b;
  return sum >= FIELD_MODULUS ? sum - FIELD_MODULUS : sum;
}

/** `base^exponent` modulo any modulus. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** `0x` and 64 lower-case hex digits, big-endian. */
export function fieldToHex(field: Field): `0x${string}` {
  return `0x${field.toString(16).padStart(64, "0")}`;
}

/**
 * Parses the output of {@link fieldToHex}; accepts no other spelling.
 * @throws {@link InvalidFieldError} when `hex` is not the canonical text of a field element
 */
export function hexToField(hex: string): Field {
  if (typeof hex !== "string" || !HEX_FIELD.test(hex)) throw new InvalidFieldError(hex);
  return toField(BigInt(hex));
}

/** 32 bytes, big-endian. */
export function fieldToBytes(field: Field): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  for (let word = 0; word < 4; word++)
    view.setBigUint64(word * 8, BigInt.asUintN(64, field >> BigInt(192 - word * 64)));
  return bytes;
}

/**
 * Parses 32 big-endian bytes.
 * @throws {@link InvalidFieldError} when `bytes` has another length or the value is not canonical
 */
export function bytesToField(bytes: Uint8Array): Field {
  if (bytes.length !== 32) throw new InvalidFieldError(`${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const high = (view.getBigUint64(0) << 64n) | view.getBigUint64(8);
  return toField((high << 128n) | (view.getBigUint64(16) << 64n) | view.getBigUint64(24));
}

/** Parses big-endian bytes of any length as a non-negative integer. */
export function bytesToInteger(bytes: Uint8Array): bigint {
  let hex = "0x0";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return BigInt(hex);
}

export class InvalidFieldError extends FrondError {
  constructor(value: unknown) {
    const shown = String(value).slice(0, 80);
    super({
      code: "foundation/invalid-field",
      data: { value: shown },
      message:
        `\`${shown}\` is not a canonical field element. ` +
        "Give an integer from 0 up to the BN254 scalar modulus, or in text 0x and 64 lower-case hex digits.",
    });
  }
}
