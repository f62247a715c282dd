import { type BlockSize, STATE_DEPTH, streamBits, WORDS_PER_CHUNK } from "@frond/protocol";
import { dataRulesOf } from "../entryFormats.ts";
import type { Program } from "../ir.ts";
import { entryWordCount, holderPlaces, wordCapacity } from "../noir/dataLists.ts";

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
  /** The same of a forced transaction, with its message. */
  forced: 2_400,
  /** A place for the signature of an owner who holds an entry, besides the hashes of key and account. */
  holder: 1_226,
  /** An argument whose range decides whether a forced transaction is valid. */
  decidedArgument: 60,
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

/** The data of one place of a block, besides the classes of values in each format and the words. */
const DATA_PLACE = 18;
/** A format of an application in a place of a block. */
const DATA_FORMAT = 2;
/** A word of an entry, which is read at a place that the block's data choose. */
const DATA_WORD = 11;
/** The chunk of data that a permutation takes, besides the permutation. */
const DATA_CHUNK = 3;

/** An entry of a block with places for holders, who name it by its place. */
const HOLDER_ENTRY = 10;

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
  return GATE_COSTS.existing + pathGates() + 2 * (valuesGates(values) + hashGates(3));
}

/** A place for a new entry, which changes its own path and that of the entry with the next lower key. */
export function insertGates(values: number): number {
  return GATE_COSTS.insert + 2 * pathGates() + 2 * valuesGates(values) + 3 * hashGates(3);
}

/** The hash of an entry's values: four at first, and then three at a time. */
function valuesGates(values: number): number {
  return Math.max(1, Math.ceil((values - 1) / 3)) * GATE_COSTS.permutation;
}

/** The data of a block (docs/protocol.md 9): each place ranges the values of an entry in every format. */
export function dataGates(program: Program, size: BlockSize): number {
  const { entryWidth, formats } = program;
  const words = entryWordCount(program);
  let place = DATA_PLACE + formats.length * DATA_FORMAT + words * DATA_WORD;
  for (let position = 0; position < entryWidth; position++) {
    const classes = formats.map((format) => format[position]!);
    place += classes.length;
    for (const valueClass of new Set(classes)) place += rangeGates(streamBits(valueClass));
  }
  const chunks = Math.ceil(wordCapacity(program, size) / WORDS_PER_CHUNK);
  return size.entries * place + chunks * (GATE_COSTS.permutation + DATA_CHUNK);
}

/** The places for the signatures of owners who hold their entries, where the application says so. */
export function holderGates(program: Program, size: BlockSize): number {
  const places = holderPlaces(dataRulesOf(program), size);
  if (places === 0) return 0;
  return places * (GATE_COSTS.holder + 2 * hashGates(2) + hashGates(6)) + size.entries * HOLDER_ENTRY;
}

/** A path in the tree, once with the old leaf and once with the new one. */
function pathGates(): number {
  return 2 * STATE_DEPTH * GATE_COSTS.permutation;
}
