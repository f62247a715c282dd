import { FIELD_MODULUS, type Field } from "@frond/foundation";

/** Sums of products may be reduced once: what is between is a plain integer. */
export function reduce(value: bigint): Field {
  const rest = value % FIELD_MODULUS;
  return rest < 0n ? rest + FIELD_MODULUS : rest;
}

/** The inverse of an element that is not 0, by the extended Euclidean algorithm. */
export function inverseOf(value: Field): Field {
  let [a, b] = [value, FIELD_MODULUS];
  let [x, y] = [1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b] = [b % a, a];
    [x, y] = [y - quotient * x, x];
  }
  return reduce(x);
}
