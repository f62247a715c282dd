import { ELEMENT, each, LIMBS, reduced } from "../montgomery.ts";
import { add, addI32, type Code, call, get, i32, i64, load, multiply, store, subtract } from "../wasmAssembler.ts";
import { POWERS, TEMPORARY } from "./layout.ts";

/** Indices of the functions that others call. */
export const FUNCTION = { multiply: 0, square: 1, invert: 2, classify: 3, double: 4, addMixed: 5 } as const;

/** A sum of elements, each at an address and times a coefficient. */
export type Sum = readonly (readonly [coefficient: number, element: Code])[];

export const plus = (a: Code, b: Code): Sum => [
  [1, a],
  [1, b],
];
export const minus = (a: Code, b: Code): Sum => [
  [1, a],
  [-1, b],
];

/** The address of one of the elements that the formulas work with. */
export const temporary = (index: number): Code => i32(TEMPORARY + index * ELEMENT);
export const offset = (address: Code, bytes: number): Code => (bytes === 0 ? address : addI32(address, i32(bytes)));

export const product = (a: Code, b: Code, result: Code): Code => call(FUNCTION.multiply, a, b, result);
export const square = (a: Code, result: Code): Code => call(FUNCTION.square, a, result);
export const copy = (from: Code, to: Code, elements: number): Code =>
  each(LIMBS * elements, (i) => store(to, 8 * i, load(from, 8 * i)));

function limbOfSum(sum: Sum, i: number): Code {
  return sum.reduce<Code>((total, [coefficient, element]) => {
    const limb = load(element, 8 * i);
    if (total.length > 0 && coefficient === 1) return add(total, limb);
    if (total.length > 0 && coefficient === -1) return subtract(total, limb);
    const term = coefficient === 1 ? limb : multiply(limb, i64(BigInt(coefficient)));
    return total.length === 0 ? term : add(total, term);
  }, []);
}

/** A sum of two elements whose limbs are not normalised: the larger factor of a product. */
export const lazySum = (sum: Sum, result: Code): Code => each(LIMBS, (i) => store(result, 8 * i, limbOfSum(sum, i)));

/**
 * A sum below 169, normalised and between -0.01 and 1.01. The result may be one of the terms. `locals` is the first of
 * three locals.
 */
export function reducedSum(modulus: bigint, { sum, result, locals }: { sum: Sum; result: Code; locals: number }): Code {
  return reduced(modulus, (i) => limbOfSum(sum, i), { write: (i, value) => store(result, 8 * i, value), locals });
}

/** Parameters: a, result. The power `modulus - 2`, which is 0 for 0. Constant-time. */
export function invert(modulus: bigint): Code {
  const power = (index: number) => i32(POWERS + index * ELEMENT);
  const code: Code[] = [copy(get(0), power(1), 1)];
  for (let i = 2; i < 16; i++) code.push(product(power(i - 1), power(1), power(i)));
  const digits = Array.from((modulus - 2n).toString(16), (digit) => Number.parseInt(digit, 16));
  code.push(copy(power(digits[0]!), power(0), 1));
  for (const digit of digits.slice(1)) {
    for (let i = 0; i < 4; i++) code.push(square(power(0), power(0)));
    if (digit > 0) code.push(product(power(0), power(digit), power(0)));
  }
  code.push(copy(power(0), get(1), 1));
  return code.flat();
}
