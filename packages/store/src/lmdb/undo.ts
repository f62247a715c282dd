import type { Database } from "lmdb";
import { bytesToLeaf, bytesToValue, fieldToKey, valueToBytes } from "./encoding.ts";

type Bytes = Database<Uint8Array, Buffer>;

/** The databases whose rows a block overwrites. */
export type UndoneRows = {
  readonly nodes: Bytes;
  readonly leaves: Bytes;
  readonly keys: Bytes;
  readonly cursors: Bytes;
};

/** The bytes under a key before the block; undefined when there were none. */
type Row = readonly [key: Buffer, before: Uint8Array | undefined];
type Undo = { readonly nodes: readonly Row[]; readonly leaves: readonly Row[]; readonly cursors: readonly Row[] };

/** Reads the rows that a block will overwrite. Runs before the block is written. */
export function collectUndo(
  rows: UndoneRows,
  changed: { readonly nodes: Iterable<Buffer>; readonly leaves: Iterable<Buffer>; readonly cursors: Iterable<Buffer> },
): Buffer {
  const before = (table: Bytes, keys: Iterable<Buffer>): Row[] => Array.from(keys, (key) => [key, table.get(key)]);
  const undo: Undo = {
    nodes: before(rows.nodes, changed.nodes),
    leaves: before(rows.leaves, changed.leaves),
    cursors: before(rows.cursors, changed.cursors),
  };
  return valueToBytes(undo);
}

/** Restores the rows that a block has overwritten. Part of a transaction. Undo the last block first. */
export function applyUndo(rows: UndoneRows, bytes: Uint8Array): void {
  const undo = bytesToValue<Undo>(bytes);
  for (const [key, before] of undo.leaves)
    if (before === undefined) {
      const leaf = rows.leaves.get(key);
      if (leaf !== undefined) rows.keys.remove(fieldToKey(bytesToLeaf(leaf).key));
    }
  for (const [table, changes] of [
    [rows.nodes, undo.nodes],
    [rows.leaves, undo.leaves],
    [rows.cursors, undo.cursors],
  ] as const)
    for (const [key, before] of changes) {
      if (before === undefined) table.remove(key);
      else table.put(key, before);
    }
}
