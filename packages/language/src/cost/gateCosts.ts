import { STATE_DEPTH } from "@frond/protocol";

/**
 * Gates of the parts of a block's circuit, as measured by Barretenberg on small circuits that differ in one part
 * (docs/costs.md). `checkGates.test.ts` of the command line compares what they add up to with real circuits.
 */
export const GATE_COSTS = {
  /** What every block has: the hashes of messages and roots, the tables of range checks and of signatures. */
  block: 4_780,
  /** One Poseidon2 permutation, which takes three words of a hash or the four children of a node. */
  permutation: 74,
  /** An entry that exists, besides the hashes of its path and its leaves. */
  existing: 400,
  /** A place for a new entry, likewise. */
  insert: 1_071,
  consumed: 300,
  produced: 260,
  /** Signature, nonce, expiry and fee of a transaction, besides the hashes of its words and its account's key. */
  transaction: 1_330,
  /** One value of an entry that a procedure opens: it is read and written at a place that the block's data choose. */
  openedValue: 12.5,
  /** The rest of an opened entry, besides the hash of its key. */
  opened: 8,
  /** A multiplication with division, or a product of two integers of 128 bits. */
  division: 74,
  /** A message that a procedure sends, or may send. */
  sent: 9,
  /** A conversion of a field to an integer, which is compared with the prime. */
  fieldConversion: 42,
} as const;

/** The most gates of a circuit that the reference string has points for. */
export const MOST_GATES = 2 ** 22;

/** H of so many words. */
export function hashGates(words: number): number {
  return Math.ceil(words / 3) * GATE_COSTS.permutation;
}

/** A range check of an integer of so many bits. */
export function rangeGates(bits: number): number {
  return 1.4 + 0.04 * bits;
}

/** An entry of a block that exists, of so many values. */
export function existingGates(values: number): number {
  return GATE_COSTS.existing + pathGates() + 2 * hashGates(2 + values);
}

/** A place for a new entry, which changes its own path and that of the entry with the next lower key. */
export function insertGates(values: number): number {
  return GATE_COSTS.insert + 2 * pathGates() + 3 * hashGates(2 + values);
}

/** A path in the tree, once with the old leaf and once with the new one. */
function pathGates(): number {
  return 2 * STATE_DEPTH * GATE_COSTS.permutation;
}
