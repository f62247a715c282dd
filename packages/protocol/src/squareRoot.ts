import { FIELD_MODULUS, type Field, power } from "@frond/foundation";

// FIELD_MODULUS - 1 = 2^28 * ODD, and 5 generates the multiplicative group (Tonelli and Shanks).
const TWO_ADICITY = 28;
const ODD = (FIELD_MODULUS - 1n) >> BigInt(TWO_ADICITY);
const ROOT_OF_UNITY = power(5n, ODD, FIELD_MODULUS);

/** One square root of `square`, or undefined if it has none. */
export function squareRoot(square: Field): Field | undefined {
  if (square === 0n) return 0n;
  // One exponentiation gives both square^((ODD+1)/2) and square^ODD.
  const half = power(square, (ODD - 1n) / 2n, FIELD_MODULUS);
  let root = (square * half) % FIELD_MODULUS;
  let rest = (root * half) % FIELD_MODULUS;
  let order = TWO_ADICITY;
  let unity = ROOT_OF_UNITY;
  while (rest !== 1n) {
    let halvings = 0;
    for (let power = rest; power !== 1n; power = (power * power) % FIELD_MODULUS) {
      halvings++;
      if (halvings === order) return undefined;
    }
    let factor = unity;
    for (let i = 0; i < order - halvings - 1; i++) factor = (factor * factor) % FIELD_MODULUS;
    order = halvings;
    unity = (factor * factor) % FIELD_MODULUS;
    rest = (rest * unity) % FIELD_MODULUS;
    root = (root * factor) % FIELD_MODULUS;
  }
  return root;
}
