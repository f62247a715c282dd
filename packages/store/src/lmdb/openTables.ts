import { mkdirSync } from "node:fs";
import { type Database, open } from "lmdb";
import { StoreClosedError } from "../errors.ts";
import type { Table, Tables } from "../types.ts";
import { committed } from "./committed.ts";
import { valueToBytes } from "./encoding.ts";
import { openTable } from "./table.ts";

const MAXIMUM_TABLES = 64;

/**
 * Opens durable tables in a directory of their own, which is created when missing. The promise of a write resolves when
 * the write is on disk. At most 64 names.
 */
export function openTables({ path }: { readonly path: string }): Tables {
  mkdirSync(path, { recursive: true });
  // Without overlappingSync, LMDB reports a commit only after its flush.
  const root = open({ path, maxDbs: MAXIMUM_TABLES, overlappingSync: false, noSubdir: false });
  const opened = new Map<string, Table<never>>();
  const databases = new Map<string, Database<Uint8Array, Buffer>>();
  function rowsOf(name: string): Database<Uint8Array, Buffer> {
    const known = databases.get(name);
    if (known !== undefined) return known;
    const rows = root.openDB({ name, encoding: "binary", keyEncoding: "binary" }) as Database<Uint8Array, Buffer>;
    databases.set(name, rows);
    return rows;
  }
  let closing: Promise<void> | undefined;
  async function atomically(write: () => void): Promise<void> {
    if (closing !== undefined) throw new StoreClosedError();
    await committed(root.transaction(write));
  }
  return {
    table<T>(name: string) {
      const known = opened.get(name) as Table<T> | undefined;
      if (known !== undefined) return known;
      const table = openTable<T>(rowsOf(name), atomically);
      opened.set(name, table as Table<never>);
      return table;
    },
    write(changes) {
      const rows = changes.map(({ table, key, value }) => ({
        rows: rowsOf(table),
        key: Buffer.from(key),
        bytes: value === undefined ? undefined : valueToBytes(value),
      }));
      return atomically(() => {
        for (const { rows: table, key, bytes } of rows)
          if (bytes === undefined) table.remove(key);
          else table.put(key, bytes);
      });
    },
    close() {
      closing ??= root.flushed.then(() => root.close());
      return closing;
    },
  };
}
