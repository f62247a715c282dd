import type { Field } from "@frond/foundation";
import { emptyTreeRoot, genesisStateRoot, leafHashOf, MAX_ENTRY_WIDTH, valuesHash } from "@frond/protocol";
import { fieldAt, fieldsOf } from "../hashing/fields.ts";

/** A leaf of a layer's state. Only the hash of its values is known if they are not public. */
export type FollowedLeaf = {
  readonly key: Field;
  readonly nextKey: Field;
  readonly valuesHash: Field;
  readonly values: readonly Field[] | undefined;
};

/** The four nodes below one, left to right, in 32 bytes each. */
export type NodeGroup = Uint8Array;

/** What is kept of a layer's state. */
export interface StateRows {
  leaf(index: number): FollowedLeaf | undefined;
  indexOf(key: Field): number | undefined;
  /** The place of the leaf with the greatest key below `key`. */
  lowOf(key: Field): number | undefined;
  /** The nodes of `level` below the node `parent` of the level above; undefined where nothing was ever written. */
  group(level: number, parent: number): NodeGroup | undefined;
}

/** Every layer's first leaf: the sentinel. */
export function sentinelOf(width: number): FollowedLeaf {
  const values = new Array<Field>(width).fill(0n);
  return { key: 0n, nextKey: 0n, valuesHash: valuesHash(values), values };
}

export function hashOfLeaf({ key, nextKey, valuesHash: hash }: FollowedLeaf): Field {
  return leafHashOf(key, nextKey, hash);
}

/** The nodes of a group one by one. */
export function nodesOfGroup(group: NodeGroup | undefined): [Field, Field, Field, Field] | undefined {
  if (group === undefined) return undefined;
  return [fieldAt(group, 0), fieldAt(group, 1), fieldAt(group, 2), fieldAt(group, 3)];
}

const emptyGroups = new Map<number, NodeGroup>();

/** The nodes of a level where nothing was ever written. */
export function emptyGroup(level: number): NodeGroup {
  const known = emptyGroups.get(level);
  if (known !== undefined) return known;
  const made = fieldsOf(4);
  for (let place = 0; place < 4; place++) made.set(place, emptyTreeRoot(level));
  emptyGroups.set(level, made.bytes);
  return made.bytes;
}

const widths = new Map<Field, number>();

/**
 * How many values the entries of a layer have at least, by the root of its state before its first block. That root is
 * the same for some numbers, as the sentinel's values are zeros.
 */
export function widthOfGenesis(stateRoot: Field): number | undefined {
  if (widths.size === 0)
    for (let width = MAX_ENTRY_WIDTH; width > 0; width--) widths.set(genesisStateRoot(width), width);
  return widths.get(stateRoot);
}
