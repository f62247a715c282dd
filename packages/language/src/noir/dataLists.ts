import { type BlockSize, type DataMode, type DataRules, formatWordCount } from "@frond/protocol";
import type { Program } from "../ir.ts";

/** The lists of words that a block circuit takes, by the names of its inputs. */
export type WordListName = "public_list" | "committee_list";

export function wordLists(data: DataMode): readonly WordListName[] {
  if (data === "volition") return ["public_list", "committee_list"];
  return [data === "rollup" ? "public_list" : "committee_list"];
}

/**
 * How many owners can sign in a block: none, whatever its size, if entries of the application are not held or the data
 * of the block is not a volition's.
 */
export function holderPlaces({ hasHeld }: DataRules, { holders = 0 }: BlockSize): number {
  return hasHeld ? holders : 0;
}

/** The words of a hidden entry: its header, and the hash of its values. */
const HIDDEN_WORDS = 2;
/** Zeros that the circuit looks at behind the last word. */
const ZEROS = 2;

/** W: the most words that an entry takes without its key. */
export function entryWordCount({ formats, data }: Program): number {
  return Math.max(data === "volition" ? HIDDEN_WORDS : 1, ...formats.map(formatWordCount));
}

/** How many words a list of a block circuit has room for. */
export function wordCapacity(program: Program, { entries, inserts }: BlockSize): number {
  return entries * entryWordCount(program) + inserts + ZEROS;
}
