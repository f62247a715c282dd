import { power } from "@frond/foundation";
import { BLOB_MODULUS, BLOB_WORDS } from "@frond/protocol";

// BLOB_MODULUS - 1 is a multiple of 2^32, and 7 generates the multiplicative group.
const ROOT = power(7n, (BLOB_MODULUS - 1n) / BigInt(BLOB_WORDS), BLOB_MODULUS);
const BITS = Math.log2(BLOB_WORDS);

/** The powers of the root of unity whose order is {@link BLOB_WORDS}. */
const ROOTS: readonly bigint[] = powersOf(ROOT);

/**
 * The values of a polynomial at the roots of unity, from its {@link BLOB_WORDS} coefficients, in the order of a blob
 * (EIP-4844): element i is the value at `ROOT^reverse(i)`, where `reverse` turns the order of the bits round.
 */
export function blobValuesOf(coefficients: readonly bigint[]): bigint[] {
  // Splits from the whole to pairs, which leaves the values in the reversed order.
  const values = [...coefficients];
  for (let half = BLOB_WORDS / 2; half >= 1; half /= 2) {
    const stride = BLOB_WORDS / (2 * half);
    for (let start = 0; start < BLOB_WORDS; start += 2 * half) {
      for (let i = 0; i < half; i++) {
        const a = values[start + i]!;
        const b = values[start + i + half]!;
        values[start + i] = a + b < BLOB_MODULUS ? a + b : a + b - BLOB_MODULUS;
        values[start + i + half] = ((a - b + BLOB_MODULUS) * ROOTS[i * stride]!) % BLOB_MODULUS;
      }
    }
  }
  return values;
}

/** The coefficients of the polynomial with these values: undoes {@link blobValuesOf}. */
export function blobCoefficientsOf(values: readonly bigint[]): bigint[] {
  // The values of the values are the coefficients, `BLOB_WORDS` times as large and from the last to the second.
  const again = blobValuesOf(Array.from({ length: BLOB_WORDS }, (_, i) => values[reverse(i)]!));
  const inverse = power(BigInt(BLOB_WORDS), BLOB_MODULUS - 2n, BLOB_MODULUS);
  return Array.from(
    { length: BLOB_WORDS },
    (_, i) => (again[reverse((BLOB_WORDS - i) % BLOB_WORDS)]! * inverse) % BLOB_MODULUS,
  );
}

function reverse(index: number): number {
  let reversed = 0;
  for (let bit = 0; bit < BITS; bit++) reversed = (reversed << 1) | ((index >> bit) & 1);
  return reversed;
}

function powersOf(base: bigint): bigint[] {
  const powers = [1n];
  while (powers.length < BLOB_WORDS) powers.push((powers.at(-1)! * base) % BLOB_MODULUS);
  return powers;
}
