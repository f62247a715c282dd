import type { Field } from "@frond/foundation";
import type { LeafStore, NodeStore } from "@frond/protocol";
import type { BlockCommit, StoredLeaf } from "./types.ts";

/** Uncommitted changes to a tree. A read returns the change if there is one, otherwise the base's value. */
export type Overlay = {
  readonly nodes: NodeStore;
  readonly leaves: LeafStore;
  /** The changes to commit: each changed node and leaf once. */
  changes(): Pick<BlockCommit, "nodes" | "leaves">;
};

/** More than the nodes of one level, which are at most 4^14 = 2^28. */
const LEVEL_SPAN = 2 ** 30;

/** A writable view of a stored tree. The base stays unchanged, so a block that fails to seal leaves no trace. */
export function createOverlay(base: { readonly nodes: NodeStore; readonly leaves: LeafStore }): Overlay {
  const nodes = new Map<number, Field>();
  const leaves = new Map<number, StoredLeaf>();
  const indices = new Map<Field, number>();
  return {
    nodes: {
      get: (level, index) => nodes.get(level * LEVEL_SPAN + index) ?? base.nodes.get(level, index),
      set: (level, index, value) => void nodes.set(level * LEVEL_SPAN + index, value),
    },
    leaves: {
      get: (index) => leaves.get(index) ?? base.leaves.get(index),
      set: (index, leaf) => {
        leaves.set(index, leaf);
        indices.set(leaf.key, index);
      },
      indexOf: (key) => indices.get(key) ?? base.leaves.indexOf(key),
      lowOf: (key) => {
        let low = base.leaves.lowOf(key);
        let lowKey = (low === undefined ? undefined : base.leaves.get(low)?.key) ?? -1n;
        for (const [candidate, index] of indices) {
          if (candidate < key && candidate > lowKey) {
            low = index;
            lowKey = candidate;
          }
        }
        return low;
      },
    },
    changes: () => ({
      nodes: [...nodes].map(([place, value]) => ({
        level: Math.floor(place / LEVEL_SPAN),
        index: place % LEVEL_SPAN,
        value,
      })),
      leaves: [...leaves].map(([index, leaf]) => ({ index, leaf })),
    }),
  };
}
