import { bytesToField } from "@frond/foundation";
import type { LeafStore, NodeStore } from "@frond/protocol";
import { ReadOnlyTreeError } from "../errors.ts";
import { bytesToLeaf, bytesToNumber, fieldToKey, numberToBytes } from "./encoding.ts";
import type { Bytes, Rows } from "./rows.ts";

const LEVEL_SPAN = 2 ** 30;

export const nodeKey = (level: number, index: number): Buffer => numberToBytes(level * LEVEL_SPAN + index);

/** The tree as of the last block. It changes only with a block. */
export const readTree = (rows: Pick<Rows, "nodes" | "leaves" | "keys">): { nodes: NodeStore; leaves: LeafStore } => ({
  nodes: readNodes(rows.nodes),
  leaves: readLeaves(rows.leaves, rows.keys),
});

const readOnly = (): never => {
  throw new ReadOnlyTreeError();
};

const readNodes = (rows: Bytes): NodeStore => ({
  get(level, index) {
    const bytes = rows.get(nodeKey(level, index));
    return bytes === undefined ? undefined : bytesToField(bytes);
  },
  set: readOnly,
});

const readLeaves = (rows: Bytes, keys: Bytes): LeafStore => ({
  get(index) {
    const bytes = rows.get(numberToBytes(index));
    return bytes === undefined ? undefined : bytesToLeaf(bytes);
  },
  set: readOnly,
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
});
