import { bytesToField, bytesToInteger, FIELD_MODULUS, type Field, poseidon2Hash } from "@frond/foundation";
import { keccak_256 } from "@noble/hashes/sha3.js";
import type { Target, VerificationKey } from "../types.ts";

const FIELD_BYTES = 32;
/** Bytes of a key by target: 115 fields, and 59 words. */
export const KEY_BYTES: Readonly<Record<Target, number>> = { recursive: 115 * FIELD_BYTES, evm: 59 * FIELD_BYTES };

/**
 * Reads a key and computes its hash as `bb` does: with the hash function that the target's verifier computes cheaply.
 * @throws InvalidFieldError
 */
export function keyOfBytes(target: Target, bytes: Uint8Array): VerificationKey {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; at += FIELD_BYTES)
    fields.push(bytesToField(bytes.subarray(at, at + FIELD_BYTES)));
  const hash = target === "recursive" ? poseidon2Hash(fields) : bytesToInteger(keccak_256(bytes)) % FIELD_MODULUS;
  return { bytes, fields, hash };
}
