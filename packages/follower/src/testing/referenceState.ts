import type { Field } from "@frond/foundation";
import {
  type EntryFormat,
  entryWords,
  FixedTree,
  valuesHash as hashOfValues,
  STATE_DEPTH,
  stateRootOf,
  type WrittenEntry,
} from "@frond/protocol";
import { type FollowedLeaf, hashOfLeaf, sentinelOf } from "../state/leaf.ts";
import type { Random } from "./random.ts";

/** The state of a layer as plainly as can be: a list of leaves, and a tree over all of them. */
export class ReferenceState {
  readonly leaves: FollowedLeaf[];
  readonly tree = new FixedTree(STATE_DEPTH);
  readonly classes: EntryFormat;

  constructor(classes: EntryFormat) {
    this.classes = classes;
    this.leaves = [sentinelOf(classes.length)];
    this.tree.set(0, hashOfLeaf(this.leaves[0]!));
  }

  get root(): Field {
    return stateRootOf(this.tree.root, this.leaves.length);
  }

  /** Writes an entry, new or known, and returns what a block says of it. */
  write(key: Field, values: readonly Field[]): WrittenEntry {
    const valuesHash = hashOfValues(values);
    const known = this.leaves.findIndex((leaf) => leaf.key === key);
    if (known > 0) {
      this.#set(known, { ...this.leaves[known]!, valuesHash, values });
      return { index: known, isInsert: false, key, values };
    }
    let low = 0;
    for (const [i, leaf] of this.leaves.entries()) if (leaf.key < key && leaf.key > this.leaves[low]!.key) low = i;
    const leafIndex = this.leaves.length;
    const { nextKey } = this.leaves[low]!;
    this.#set(low, { ...this.leaves[low]!, nextKey: key });
    this.#set(leafIndex, { key, nextKey, valuesHash, values });
    return { index: leafIndex, isInsert: true, key, values };
  }

  /** Writes some entries at random: the words of the block that did. */
  writeAtRandom(random: Random, most: number): WrittenEntry[] {
    const entries = new Map<Field, readonly Field[]>();
    const count = 1 + random.below(most);
    for (let i = 0; i < count; i++) {
      const isNew = this.leaves.length < 2 || random.below(2) === 0;
      const key = isNew ? random.field() : this.leaves[1 + random.below(this.leaves.length - 1)]!.key;
      entries.set(
        key,
        this.classes.map((type) => random.valueOf(type)),
      );
    }
    const isKnown = (key: Field) => this.leaves.some((leaf) => leaf.key === key);
    const known = [...entries].filter(([key]) => isKnown(key));
    const added = [...entries].filter(([key]) => !isKnown(key));
    return [...known, ...added].map(([key, values]) => this.write(key, values));
  }

  wordsOf(entries: readonly WrittenEntry[]): Field[] {
    return entries.flatMap((entry) => entryWords(entry, this.classes));
  }

  #set(index: number, leaf: FollowedLeaf): void {
    this.leaves[index] = leaf;
    this.tree.set(index, hashOfLeaf(leaf));
  }
}
