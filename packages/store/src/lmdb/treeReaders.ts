import { bytesToField } from "@frond/foundation";
import type { LeafStore, NodeStore } from "@frond/protocol";
import { ReadOnlyTreeError } from "../errors.ts";
import { bytesToLeaf, bytesToNumber, fieldToKey, numberToBytes } from "./encoding.ts";
import type { Rows } from "./storeRows.ts";

/** More than the nodes of one level, which are at most 4^14 = 2^28. */
const LEVEL_SPAN = 2 ** 30;

export function nodeKey(level: number, index: number): Buffer {
  return numberToBytes(level * LEVEL_SPAN + index);
}

/** A read-only view of the tree's nodes. */
export function readNodes(nodes: Rows): NodeStore {
  return {
    get(level, index) {
      const bytes = nodes.get(nodeKey(level, index));
      return bytes === undefined ? undefined : bytesToField(bytes);
    },
    set: refuseWrite,
  };
}

/** A read-only view of the tree's leaves. `keys` holds the leaf index of each key. */
export function readLeaves(leaves: Rows, keys: Rows): LeafStore {
  return {
    get(index) {
      const bytes = leaves.get(numberToBytes(index));
      return bytes === undefined ? undefined : bytesToLeaf(bytes);
    },
    set: refuseWrite,
    indexOf(key) {
      const bytes = keys.get(fieldToKey(key));
      return bytes === undefined ? undefined : bytesToNumber(bytes);
    },
    lowOf(key) {
      const bytes = fieldToKey(key);
      for (const row of keys.getRange({ start: bytes, reverse: true, limit: 2, snapshot: false }))
        if (Buffer.compare(row.key, bytes) < 0) return bytesToNumber(row.value);
      return undefined;
    },
  };
}

function refuseWrite(): never {
  throw new ReadOnlyTreeError();
}
