import type { Field } from "@frond/foundation";
import { type LeafStore, memoryLeafStore, type NodeStore } from "@frond/protocol";
import { ReadOnlyTreeError } from "../errors.ts";
import type { BlockCommit, StoredLeaf } from "../types.ts";

const LEVEL_SPAN = 2 ** 30;

/** A tree in memory whose last changes can be undone. The stores are read-only. */
export type MemoryTree = {
  readonly nodes: NodeStore;
  readonly leaves: LeafStore;
  /** Applies the changes, and returns a function that undoes them. */
  change(changes: Pick<BlockCommit, "nodes" | "leaves">): () => void;
};

export function memoryTree(): MemoryTree {
  const nodes = new Map<number, Field>();
  const leaves: StoredLeaf[] = [];
  let index = memoryLeafStore();
  function putNode(place: number, value: Field | undefined): void {
    if (value === undefined) nodes.delete(place);
    else nodes.set(place, value);
  }
  function putLeaf(place: number, leaf: StoredLeaf): void {
    leaves[place] = leaf;
    index.set(place, leaf);
  }
  return {
    nodes: { get: (level, at) => nodes.get(level * LEVEL_SPAN + at), set: readOnly },
    leaves: {
      get: (at) => index.get(at),
      set: readOnly,
      indexOf: (key) => index.indexOf(key),
      lowOf: (key) => index.lowOf(key),
    },
    change(changes) {
      const count = leaves.length;
      const oldNodes = changes.nodes.map(({ level, index: at }) => {
        const place = level * LEVEL_SPAN + at;
        return [place, nodes.get(place)] as const;
      });
      const oldLeaves = changes.leaves.map(({ index: at }) => [at, leaves[at]] as const);
      for (const { level, index: at, value } of changes.nodes) putNode(level * LEVEL_SPAN + at, value);
      // A leaf store accepts leaves only in the order of their indices.
      for (const { index: at, leaf } of changes.leaves.toSorted((a, b) => a.index - b.index))
        putLeaf(at, structuredClone(leaf));
      return () => {
        for (const [place, value] of oldNodes) putNode(place, value);
        for (const [at, leaf] of oldLeaves) if (leaf !== undefined) leaves[at] = leaf;
        leaves.length = count;
        index = memoryLeafStore();
        for (const [at, leaf] of leaves.entries()) index.set(at, leaf);
      };
    },
  };
}

function readOnly(): never {
  throw new ReadOnlyTreeError();
}
