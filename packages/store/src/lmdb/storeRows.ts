import { type Database, open, type RootDatabase } from "lmdb";
import type { TableName } from "../types.ts";
import { bytesToNumber, bytesToValue } from "./encoding.ts";

/** One LMDB database: rows of bytes, ordered by their keys' bytes. */
export type Rows = Database<Uint8Array, Buffer>;

/** The databases of a store. */
export type StoreRows = {
  readonly root: RootDatabase;
  /** Format, identity, and the last log position that a block or a rollback has removed. */
  readonly header: Rows;
  readonly nodes: Rows;
  readonly leaves: Rows;
  /** The leaf index of each key. */
  readonly keys: Rows;
  readonly log: Rows;
  readonly blocks: Rows;
  readonly witnesses: Rows;
  /** The events of each block that has some. */
  readonly events: Rows;
  /** The block and position of each sealed transaction, by its hash. */
  readonly places: Rows;
  /** The position of the last consumed message, by source. */
  readonly cursors: Rows;
  /** The rows that each unsettled block has overwritten, by block number. */
  readonly undo: Rows;
  /** The transactions that wait for their execution after a set-back, by position. */
  readonly pending: Rows;
  readonly tables: Readonly<Record<TableName, Rows>>;
};

const MAXIMUM_DATABASES = 24;

/** Opens the databases in the existing directory `path`. */
export function openStoreRows(path: string): StoreRows {
  // Without overlappingSync, LMDB reports a commit only after its flush.
  const root = open({ path, maxDbs: MAXIMUM_DATABASES, overlappingSync: false, noSubdir: false });
  const openRows = (name: string) => root.openDB({ name, encoding: "binary", keyEncoding: "binary" }) as Rows;
  const openTableRows = (name: TableName) => openRows(`table-${name}`);
  return {
    root,
    header: openRows("header"),
    nodes: openRows("nodes"),
    leaves: openRows("leaves"),
    keys: openRows("keys"),
    log: openRows("log"),
    blocks: openRows("blocks"),
    witnesses: openRows("witnesses"),
    events: openRows("events"),
    places: openRows("transactions"),
    cursors: openRows("sources"),
    undo: openRows("undo"),
    pending: openRows("pending"),
    tables: {
      metadata: openTableRows("metadata"),
      epochs: openTableRows("epochs"),
      proofs: openTableRows("proofs"),
      jobs: openTableRows("jobs"),
      cursors: openTableRows("cursors"),
      dropped: openTableRows("dropped"),
      firstTimes: openTableRows("firstTimes"),
    },
  };
}

/** The value under `key`; undefined when there is none. */
export function readValue<T>(rows: Rows, key: Buffer): T | undefined {
  const bytes = rows.get(key);
  return bytes === undefined ? undefined : bytesToValue<T>(bytes);
}

/** Removes all rows, or those with keys below `end`. */
export function removeAll(rows: Rows, range: { end?: Buffer } = {}): void {
  for (const key of [...rows.getKeys(range)]) rows.remove(key);
}

/** The greatest key as a number; 0 when there are no rows. */
export function lastKey(rows: Rows): number {
  for (const key of rows.getKeys({ reverse: true, limit: 1, snapshot: false })) return bytesToNumber(key);
  return 0;
}
