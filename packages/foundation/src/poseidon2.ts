import { addFields, type Field, toField } from "./field.ts";
import { EXTERNAL_CONSTANTS, INTERNAL_CONSTANTS, INTERNAL_DIAGONAL } from "./poseidon2Constants.ts";
import { addToElement, getElement, permute, setElement } from "./poseidon2Kernel.ts";

export type PermutationState = readonly [Field, Field, Field, Field];

/** The numbers of the permutation, for those who write it in another language. */
export const POSEIDON2_PARAMETERS = {
  externalConstants: EXTERNAL_CONSTANTS,
  internalConstants: INTERNAL_CONSTANTS,
  internalDiagonal: INTERNAL_DIAGONAL,
} as const;

const RATE = 3;

/**
 * The Poseidon2 permutation over the BN254 scalar field with t = 4, equal to Barretenberg's and to Noir's
 * `poseidon2_permutation`.
 */
export function poseidon2Permutation(state: PermutationState): [Field, Field, Field, Field] {
  state.forEach(toField);
  state.forEach((value, i) => void setElement(i, value));
  permute();
  return [getElement(0), getElement(1), getElement(2), getElement(3)];
}

/**
 * `H` of the protocol: the sponge with rate 3 and initial state `[0, 0, 0, n * 2^64]`, for any number of fields.
 * @throws {@link InvalidFieldError} when an input is not a canonical field element
 */
export function poseidon2Hash(inputs: readonly Field[]): Field {
  inputs.forEach(toField);
  for (let i = 0; i < RATE; i++) setElement(i, inputs[i] ?? 0n);
  setElement(RATE, BigInt(inputs.length) << 64n);
  permute();
  for (let at = RATE; at < inputs.length; at += RATE) {
    for (let i = 0; i < RATE && at + i < inputs.length; i++) addToElement(i, inputs[at + i]!);
    permute();
  }
  return getElement(0);
}

/**
 * `C` of the protocol: compresses four children to their Merkle parent, `P(a, b, c, d)[0] + a`.
 * @throws {@link InvalidFieldError} when an input is not a canonical field element
 */
export function compress(a: Field, b: Field, c: Field, d: Field): Field {
  const children = [a, b, c, d];
  children.forEach(toField);
  children.forEach((value, i) => void setElement(i, value));
  permute();
  return addFields(getElement(0), a);
}
