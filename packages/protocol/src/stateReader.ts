import type { Field } from "@frond/foundation";
import { STATE_DEPTH, TREE_SIBLINGS } from "./constants.ts";
import { type LeafStore, valuesHash } from "./indexedTree.ts";
import { emptyTreeRoot, parentOf, type Siblings } from "./merkleTree.ts";
import type { NodeStore } from "./treeHashes.ts";

/** A leaf as it is read. Only the hash of its values is known if they are not public. */
export type OpenedLeaf = {
  readonly key: Field;
  readonly nextKey: Field;
  readonly valuesHash: Field;
  readonly values: readonly Field[] | undefined;
};

/** Where an entry is in a layer's state: its leaf, or if there is no such entry the leaf of the greatest key below. */
export type StateOpening = { readonly index: number; readonly leaf: OpenedLeaf; readonly siblings: Siblings };

/** A layer's state as exits read it: every entry, or its absence, with a path to the root. */
export type StateReader = {
  readonly treeRoot: Field;
  readonly leafCount: number;
  /** @param key above 0 */
  open(key: Field): StateOpening;
};

/** What is read of a state that nothing changes any more. */
export type StateSource = {
  readonly leafCount: number;
  leaf(index: number): OpenedLeaf | undefined;
  indexOf(key: Field): number | undefined;
  /** The place of the leaf with the greatest key below `key`. */
  lowOf(key: Field): number | undefined;
  /**
   * The four nodes of `level` below the node `parent` of the level above; undefined if nothing was ever written there.
   */
  group(level: number, parent: number): readonly Field[] | undefined;
};

export function createStateReader(source: StateSource): StateReader {
  const groupOf = (level: number, parent: number) => source.group(level, parent) ?? emptyGroup(level);
  const [first, ...others] = groupOf(STATE_DEPTH - 1, 0);
  return {
    treeRoot: parentOf(first!, 0, others),
    leafCount: source.leafCount,
    open(key) {
      const index = source.indexOf(key) ?? source.lowOf(key)!;
      const siblings = Array.from({ length: STATE_DEPTH }, (_, level) => {
        const at = Math.floor(index / 4 ** level);
        return groupOf(level, Math.floor(at / 4)).toSpliced(at % 4, 1);
      });
      return { index, leaf: source.leaf(index)!, siblings };
    },
  };
}

/** The state with the values of entries that are known by their hash only, as far as they are among those `held`. */
export function withHeldValues(state: StateReader, held: readonly (readonly Field[])[]): StateReader {
  const byHash = new Map(held.map((values) => [valuesHash(values), values]));
  return {
    ...state,
    open(key) {
      const opened = state.open(key);
      const { leaf } = opened;
      return { ...opened, leaf: { ...leaf, values: leaf.values ?? byHash.get(leaf.valuesHash) } };
    },
  };
}

/** The state in the stores of an indexed tree, whose root has been taken. */
export function stateSourceOf(
  { nodes, leaves }: { readonly nodes: NodeStore; readonly leaves: LeafStore },
  leafCount: number,
): StateSource {
  return {
    leafCount,
    leaf(index) {
      const leaf = leaves.get(index);
      return leaf === undefined ? undefined : { ...leaf, valuesHash: valuesHash(leaf.values) };
    },
    indexOf: (key) => leaves.indexOf(key),
    lowOf: (key) => leaves.lowOf(key),
    group: (level, parent) => emptyGroup(level).map((empty, place) => nodes.get(level, 4 * parent + place) ?? empty),
  };
}

function emptyGroup(level: number): readonly Field[] {
  return new Array<Field>(1 + TREE_SIBLINGS).fill(emptyTreeRoot(level));
}
