import { compress, type Field, FrondError, poseidon2Hash } from "@frond/foundation";
import { chainChunks } from "./chainChunks.ts";
import { STATE_DEPTH } from "./constants.ts";
import { countBelow } from "./countBelow.ts";
import { stateRootOf } from "./layerRecord.ts";
import { ENTRY_KEY_DOMAIN } from "./tables/domains.ts";
import { createTreeHashes, type NodeStore } from "./treeHashes.ts";

/** A leaf of the state tree: an entry of the layer's state, linked to the next key in order. */
export type Leaf = { readonly key: Field; readonly nextKey: Field; readonly values: readonly Field[] };

/** The leaves by place, and their order by key. Leaves are added at the end only, and keep their key for ever. */
export interface LeafStore {
  get(index: number): Leaf | undefined;
  set(index: number, leaf: Leaf): void;
  indexOf(key: Field): number | undefined;
  /** Place of the leaf with the greatest key below `key`. Defined for every key above 0 once the sentinel is there. */
  lowOf(key: Field): number | undefined;
}

/** An entry that is in the tree already: from `before` to `after`. `siblings` are those of its turn. */
export type WitnessEntry = {
  readonly index: number;
  readonly key: Field;
  readonly nextKey: Field;
  readonly before: readonly Field[];
  readonly after: readonly Field[];
  readonly siblings: readonly (readonly Field[])[];
};

/** The leaf of the greatest key below a new one, just before its `nextKey` is changed. */
export type LowLeaf = {
  readonly index: number;
  readonly key: Field;
  readonly nextKey: Field;
  readonly values: readonly Field[];
  readonly siblings: readonly (readonly Field[])[];
};

/**
 * A new key: first the low leaf is linked to it, then it is written at the next free place, whose `siblings` are those
 * after the link.
 */
export type WitnessInsert = {
  readonly key: Field;
  readonly after: readonly Field[];
  readonly siblings: readonly (readonly Field[])[];
  readonly low: LowLeaf;
};

/** All that a block changes in the state, step by step: entries by leaf index, then inserts in the order given. */
export type WitnessSet = {
  readonly leafCountBefore: number;
  readonly treeRootBefore: Field;
  readonly stateRootBefore: Field;
  readonly stateRootAfter: Field;
  readonly entries: readonly WitnessEntry[];
  readonly inserts: readonly WitnessInsert[];
};

export type StateUpdate = { readonly key: Field; readonly after: readonly Field[] };

export interface IndexedTree {
  readonly entryWidth: number;
  readonly leafCount: number;
  /** Root of the Merkle tree. */
  readonly root: Field;
  /** What a record holds: the root together with the number of leaves. */
  readonly stateRoot: Field;
  read(key: Field): readonly Field[] | undefined;
  /**
   * Applies the updates, one for each key, and returns their witnesses.
   * @throws StateUpdateError before anything is changed
   */
  applyWitnessSet(updates: readonly StateUpdate[]): WitnessSet;
}

export type IndexedTreeOptions = { readonly entryWidth: number; readonly nodes: NodeStore; readonly leaves: LeafStore };

const CAPACITY = 4 ** STATE_DEPTH;

/** The key of an entry: `H(ENTRY_KEY_DOMAIN + mapId, keys..)`. A cell has no keys. */
export function entryKey(mapId: number, keys: readonly Field[]): Field {
  return poseidon2Hash([ENTRY_KEY_DOMAIN + BigInt(mapId), ...keys]);
}

/** The hash of a leaf. Of the values it holds their hash alone, so that a tree can be followed without the values. */
export function leafHash({ key, nextKey, values }: Leaf): Field {
  return leafHashOf(key, nextKey, valuesHash(values));
}

/** The hash of a leaf whose values are known by their hash. */
export function leafHashOf(key: Field, nextKey: Field, hashOfValues: Field): Field {
  return poseidon2Hash([key, nextKey, hashOfValues]);
}

/**
 * Commits to the values of an entry: the first four compressed, and then three at a time on top. All entries of a layer
 * have as many values, so that the number is not hashed.
 */
export function valuesHash(values: readonly Field[]): Field {
  const [first = 0n, second = 0n, third = 0n, fourth = 0n] = values;
  return chainChunks(compress(first, second, third, fourth), values.slice(4));
}

/** An entry that a layer begins with. */
export type GenesisEntry = { readonly key: Field; readonly values: readonly Field[] };

/** The state root of a layer on which nothing has happened: the sentinel, and the entries it begins with in order. */
export function genesisStateRoot(entryWidth: number, entries: readonly GenesisEntry[] = []): Field {
  return createGenesisTree({ entryWidth, ...memoryTreeStores() }, entries).stateRoot;
}

/**
 * Fills empty stores with the state that a layer begins with.
 * @throws StateUpdateError for a key that is there twice, or values of another number
 */
export function createGenesisTree(options: IndexedTreeOptions, entries: readonly GenesisEntry[]): IndexedTree {
  const tree = createIndexedTree(options);
  if (entries.length > 0) tree.applyWitnessSet(entries.map(({ key, values }) => ({ key, after: values })));
  return tree;
}

/**
 * Opens the tree that the stores hold; empty stores get the sentinel. One tree at a time may write to its stores
 * (docs/protocol.md 3).
 */
export function createIndexedTree({ entryWidth, nodes, leaves }: IndexedTreeOptions): IndexedTree {
  const hashes = createTreeHashes(nodes);
  let leafCount = countLeaves(leaves);
  if (leafCount === 0) {
    appendLeaf({ key: 0n, nextKey: 0n, values: new Array<Field>(entryWidth).fill(0n) });
    hashes.root();
  }

  return {
    entryWidth,
    get leafCount() {
      return leafCount;
    },
    get root() {
      return hashes.root();
    },
    get stateRoot() {
      return stateRootOf(hashes.root(), leafCount);
    },
    read(key) {
      const index = key === 0n ? undefined : leaves.indexOf(key);
      return index === undefined ? undefined : leaves.get(index)!.values;
    },
    applyWitnessSet,
  };

  function applyWitnessSet(updates: readonly StateUpdate[]): WitnessSet {
    const { existing, added } = sortUpdates(updates, { entryWidth, leaves, leafCount });
    const before = { leafCountBefore: leafCount, treeRootBefore: hashes.root() };
    const entries = existing.map(({ index, after }): WitnessEntry => {
      const { key, nextKey, values } = leaves.get(index)!;
      const siblings = setLeaf(index, { key, nextKey, values: after });
      return { index, key, nextKey, before: values, after, siblings };
    });
    const inserts = added.map(insert);
    return {
      ...before,
      stateRootBefore: stateRootOf(before.treeRootBefore, before.leafCountBefore),
      stateRootAfter: stateRootOf(hashes.root(), leafCount),
      entries,
      inserts,
    };
  }

  function insert({ key, after }: StateUpdate): WitnessInsert {
    const lowIndex = leaves.lowOf(key)!;
    const { key: lowKey, nextKey, values } = leaves.get(lowIndex)!;
    const lowSiblings = setLeaf(lowIndex, { key: lowKey, nextKey: key, values });
    const siblings = appendLeaf({ key, nextKey, values: after });
    return { key, after, siblings, low: { index: lowIndex, key: lowKey, nextKey, values, siblings: lowSiblings } };
  }

  function appendLeaf(leaf: Leaf): Field[][] {
    const siblings = setLeaf(leafCount, leaf);
    leafCount++;
    return siblings;
  }

  /** Writes a leaf and returns its siblings. */
  function setLeaf(index: number, leaf: Leaf): Field[][] {
    leaves.set(index, leaf);
    return hashes.setLeaf(index, leafHash(leaf));
  }
}

/** Parts updates of entries that exist, in the order of their places, from entries to add. */
function sortUpdates(
  updates: readonly StateUpdate[],
  tree: { readonly entryWidth: number; readonly leaves: LeafStore; readonly leafCount: number },
) {
  const { entryWidth, leaves, leafCount } = tree;
  const seen = new Set<Field>();
  const existing: { index: number; after: readonly Field[] }[] = [];
  const added: StateUpdate[] = [];
  for (const update of updates) {
    const { key, after } = update;
    if (key === 0n) throw new StateUpdateError(key, "is the sentinel's");
    if (seen.has(key)) throw new StateUpdateError(key, "is given twice");
    if (after.length !== entryWidth) throw new StateUpdateError(key, `has ${after.length} values, not ${entryWidth}`);
    seen.add(key);
    const index = leaves.indexOf(key);
    if (index === undefined) added.push(update);
    else existing.push({ index, after });
  }
  if (leafCount + added.length > CAPACITY) throw new StateUpdateError(added.at(-1)!.key, "finds the tree full");
  existing.sort((a, b) => a.index - b.index);
  return { existing, added };
}

/**
 * Leaves stand one after the other from place 0, so the first free place is found by doubling and then halving the
 * distance.
 */
function countLeaves(leaves: LeafStore): number {
  let free = 1;
  while (leaves.get(free - 1) !== undefined) free *= 2;
  let used = Math.floor(free / 2);
  // Places below `used` are taken; place `free - 1` is not.
  while (used < free - 1) {
    const middle = (used + free - 1) >> 1;
    if (leaves.get(middle) === undefined) free = middle + 1;
    else used = middle + 1;
  }
  return used;
}

/** Stores that live in memory, for tests and for layers that are rebuilt anyway. */
export function memoryTreeStores(): { nodes: NodeStore; leaves: LeafStore } {
  return { nodes: memoryNodeStore(), leaves: memoryLeafStore() };
}

export function memoryNodeStore(): NodeStore {
  const levels = Array.from({ length: STATE_DEPTH + 1 }, () => new Map<number, Field>());
  return {
    get: (level, index) => levels[level]!.get(index),
    set: (level, index, value) => void levels[level]!.set(index, value),
  };
}

export function memoryLeafStore(): LeafStore {
  const leaves: Leaf[] = [];
  const indices = new Map<Field, number>();
  // Sorted by key; a binary search finds the low leaf.
  const sorted: Field[] = [];
  return {
    get: (index) => leaves[index],
    set(index, leaf) {
      if (index === leaves.length) {
        sorted.splice(countBelow(sorted, leaf.key), 0, leaf.key);
        indices.set(leaf.key, index);
      }
      leaves[index] = leaf;
    },
    indexOf: (key) => indices.get(key),
    lowOf(key) {
      const place = countBelow(sorted, key);
      return place === 0 ? undefined : indices.get(sorted[place - 1]!);
    },
  };
}

export class StateUpdateError extends FrondError {
  constructor(key: Field, problem: string) {
    super({
      code: "protocol/state-update",
      data: { key: key.toString() },
      message: `The state update of key ${key} can't be applied: the key ${problem}. Give each changed entry once, with all its values.`,
    });
  }
}
