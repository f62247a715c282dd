import { type Field, fieldToHex } from "@frond/foundation";
import type { InputMap } from "@noir-lang/types";

/** What a proof says: that the circuit whose key has this hash accepts these public inputs. */
export type Claim = {
  readonly keyHash: Field;
  /** Seven, for blocks and aggregates alike. */
  readonly publicInputs: readonly Field[];
};

/** A proof that a circuit verifies, with the key to do so. */
export type InnerProof = Claim & {
  /** The verification key, 115 fields. */
  readonly key: readonly Field[];
  /** 410 fields. */
  readonly proof: readonly Field[];
};

/** Joins what the prover returns into one value: a circuit's verification key, and a proof of it. */
export function innerProofOf(
  key: { readonly fields: readonly Field[]; readonly hash: Field },
  result: { readonly publicInputs: readonly Field[]; readonly proof: readonly Field[] },
): InnerProof {
  return { keyHash: key.hash, key: key.fields, publicInputs: result.publicInputs, proof: result.proof };
}

export function claimInput({ keyHash, publicInputs }: Claim): InputMap {
  return { key_hash: fieldToHex(keyHash), public_inputs: publicInputs.map(fieldToHex) };
}

export function proofInput({ key, proof }: InnerProof): InputMap {
  return { key: key.map(fieldToHex), proof: proof.map(fieldToHex) };
}
