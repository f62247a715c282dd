import { mkdirSync } from "node:fs";
import { type Database, open, type RootDatabase } from "lmdb";

/** One LMDB database: rows of bytes, ordered by their keys' bytes. */
type Rows = Database<Uint8Array, Buffer>;

/**
 * The databases of a follower. `head` has what there is once: format, deployment, cursor, the last epoch, counters.
 * `layers`, `states`: by layer id. `vaults`: slot and asset. `groups`, `leaves`: slot and place. `keys`: slot and key.
 */
const DATABASES = ["head", "layers", "states", "vaults", "groups", "leaves", "keys", "epochs"] as const;
export type DatabaseName = (typeof DATABASES)[number];

export type FollowerRows = {
  readonly root: RootDatabase;
  readonly databases: Readonly<Record<DatabaseName, Rows>>;
  /** What was in the rows that were written since an epoch that L1 may still undo. */
  readonly undo: Rows;
};

/** A row to write, or to remove if the value is undefined. */
export type RowChange = {
  readonly database: DatabaseName;
  readonly key: Buffer;
  readonly value: Buffer | undefined;
};

/** Opens the databases in a directory, which is created when missing. */
export function openRows(path: string): FollowerRows {
  mkdirSync(path, { recursive: true });
  // Without overlappingSync, LMDB reports a commit only after its flush.
  const root = open({ path, maxDbs: DATABASES.length + 1, overlappingSync: false, noSubdir: false });
  const openDatabase = (name: string) => root.openDB({ name, encoding: "binary", keyEncoding: "binary" }) as Rows;
  const databases = Object.fromEntries(DATABASES.map((name) => [name, openDatabase(name)]));
  return { root, databases: databases as Record<DatabaseName, Rows>, undo: openDatabase("undo") };
}
