import { compress, type Field } from "@frond/foundation";
import { STATE_DEPTH } from "./constants.ts";
import { emptyTreeRoot } from "./merkleTree.ts";

/** The hashes of the tree: level 0 holds leaf hashes, level `STATE_DEPTH` the root. A place never set is undefined. */
export interface NodeStore {
  get(level: number, index: number): Field | undefined;
  set(level: number, index: number, value: Field): void;
}

/** The hashes of the state tree (docs/protocol.md 3). */
export type TreeHashes = {
  root(): Field;
  /**
   * Writes a leaf's hash and returns its siblings. The nodes above it are hashed when they are next looked at: most of
   * them change again before.
   */
  setLeaf(index: number, hash: Field): Field[][];
};

export function createTreeHashes(nodes: NodeStore): TreeHashes {
  /** Nodes of each level whose hash in the store is out of date. Empty again whenever the root has been taken. */
  const stale = Array.from({ length: STATE_DEPTH + 1 }, () => new Set<number>());

  function siblingsOf(level: number, at: number): Field[] {
    const first = at - (at % 4);
    const siblings: Field[] = [];
    for (let place = first; place < first + 4; place++) if (place !== at) siblings.push(node(level, place));
    return siblings;
  }

  function node(level: number, index: number): Field {
    if (stale[level]!.delete(index)) {
      const first = 4 * index;
      const below = level - 1;
      const hash = compress(node(below, first), node(below, first + 1), node(below, first + 2), node(below, first + 3));
      nodes.set(level, index, hash);
      return hash;
    }
    return nodes.get(level, index) ?? emptyTreeRoot(level);
  }

  return {
    root: () => node(STATE_DEPTH, 0),
    setLeaf(index, hash) {
      nodes.set(0, index, hash);
      const path: Field[][] = [];
      let at = index;
      for (let level = 0; level < STATE_DEPTH; level++) {
        path.push(siblingsOf(level, at));
        at = Math.floor(at / 4);
        stale[level + 1]!.add(at);
      }
      return path;
    },
  };
}
