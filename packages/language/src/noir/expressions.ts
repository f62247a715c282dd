import { FIELD_MODULUS } from "@frond/foundation";

/** A constant as a Noir literal; a negative value stands for its field element. */
export function literal(value: bigint): string {
  const element = ((value % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS;
  return element < 1n << 32n ? element.toString() : `0x${element.toString(16)}`;
}

/** The Noir expression times 2^`shift`. */
export function scaled(expression: string, shift: number): string {
  if (shift === 0) return expression;
  return `(${expression}) * ${literal(1n << BigInt(shift))}`;
}
