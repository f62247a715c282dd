import type { Database, RootDatabase } from "lmdb";
import type { TableName } from "../types.ts";
import { bytesToNumber, bytesToValue } from "./encoding.ts";

/** Rows of bytes under keys of bytes. */
export type Bytes = Database<Uint8Array, Buffer>;

export const TABLE_NAMES = ["metadata", "epochs", "proofs", "jobs", "cursors", "dropped", "firstSlots"] as const;

export const openBytes = (root: RootDatabase, name: string): Bytes =>
  root.openDB({ name, encoding: "binary", keyEncoding: "binary" }) as Bytes;

/** All rows of a store. */
export const openRows = (root: RootDatabase) => ({
  header: openBytes(root, "header"),
  nodes: openBytes(root, "nodes"),
  leaves: openBytes(root, "leaves"),
  /** The leaf's index under its key. */
  keys: openBytes(root, "keys"),
  log: openBytes(root, "log"),
  blocks: openBytes(root, "blocks"),
  witnesses: openBytes(root, "witnesses"),
  /** Block and position under the transaction's hash. */
  places: openBytes(root, "transactions"),
  /** The last handled position under the source. */
  cursors: openBytes(root, "sources"),
  undo: openBytes(root, "undo"),
  pending: openBytes(root, "pending"),
  tables: new Map<TableName, Bytes>(TABLE_NAMES.map((name) => [name, openBytes(root, `table-${name}`)])),
});

export type Rows = ReturnType<typeof openRows>;

/** Runs writes as one LMDB transaction, and resolves when it is on disk. */
export type Atomically = (write: () => void) => Promise<void>;

export const readValue = <T>(rows: Bytes, key: Buffer): T | undefined => {
  const bytes = rows.get(key);
  return bytes === undefined ? undefined : bytesToValue<T>(bytes);
};

export const removeAll = (rows: Bytes, range: { end?: Buffer } = {}): void => {
  for (const key of [...rows.getKeys(range)]) rows.remove(key);
};

/** Of rows under numbers; 0 if there is none. */
export const lastNumber = (rows: Bytes): number => {
  for (const key of rows.getKeys({ reverse: true, limit: 1, snapshot: false })) return bytesToNumber(key);
  return 0;
};
