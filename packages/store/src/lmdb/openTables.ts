import { mkdirSync } from "node:fs";
import { type Database, open } from "lmdb";
import { StoreClosedError } from "../errors.ts";
import type { Table, Tables } from "../types.ts";
import { openTable } from "./table.ts";

const MAXIMUM_TABLES = 64;

/**
 * Opens durable tables in a directory of their own, made if missing. A promise of a write resolves when the write is on
 * disk. At most 64 names.
 */
export const openTables = ({ path }: { readonly path: string }): Tables => {
  mkdirSync(path, { recursive: true });
  // Without overlappingSync a commit has been flushed when it is reported.
  const root = open({ path, maxDbs: MAXIMUM_TABLES, overlappingSync: false, noSubdir: false });
  const opened = new Map<string, Table<never>>();
  let closing: Promise<void> | undefined;
  const atomically = async (write: () => void): Promise<void> => {
    if (closing !== undefined) throw new StoreClosedError();
    await root.transaction(write);
  };
  return {
    table<T>(name: string) {
      const known = opened.get(name) as Table<T> | undefined;
      if (known !== undefined) return known;
      const rows = root.openDB({ name, encoding: "binary", keyEncoding: "binary" }) as Database<Uint8Array, Buffer>;
      const table = openTable<T>(rows, atomically);
      opened.set(name, table as Table<never>);
      return table;
    },
    close() {
      closing ??= root.flushed.then(() => root.close());
      return closing;
    },
  };
};
