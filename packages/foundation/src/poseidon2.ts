import { BackendType, BarretenbergSync } from "@aztec/bb.js";
import { addFields, bytesToField, type Field, fieldToBytes, toField } from "./field.ts";

const barretenberg = await BarretenbergSync.new({ backend: BackendType.Wasm });

export type PermutationState = readonly [Field, Field, Field, Field];

/** The Poseidon2 permutation over the BN254 scalar field with t = 4: Barretenberg's and Noir's `poseidon2_permutation`. */
export function poseidon2Permutation(state: PermutationState): [Field, Field, Field, Field] {
  const { outputs } = barretenberg.poseidon2Permutation({ inputs: state.map(toBytes) });
  return outputs.map(bytesToField) as [Field, Field, Field, Field];
}

/** `H` of the protocol: the sponge with rate 3 and state `[0, 0, 0, n * 2^64]`, for any number of fields. */
export function poseidon2Hash(inputs: readonly Field[]): Field {
  const { hash } = barretenberg.poseidon2Hash({ inputs: inputs.map(toBytes) });
  return bytesToField(hash);
}

/** `C` of the protocol: four children to their parent in a Merkle tree, `P(a, b, c, d)[0] + a`. */
export function compress(a: Field, b: Field, c: Field, d: Field): Field {
  return addFields(poseidon2Permutation([a, b, c, d])[0], a);
}

// Barretenberg reduces what is too large, and two inputs must not have one hash.
function toBytes(field: Field): Uint8Array {
  return fieldToBytes(toField(field));
}
