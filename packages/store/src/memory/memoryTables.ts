import { StoreClosedError } from "../errors.ts";
import type { Table, Tables } from "../types.ts";

/** Tables in memory, for tests. Values are copied, as the durable tables do. */
export function memoryTables(): Tables {
  const tables = new Map<string, Map<string, unknown>>();
  let isClosed = false;
  function checkOpen(): void {
    if (isClosed) throw new StoreClosedError();
  }
  function rowsOf(name: string): Map<string, unknown> {
    const rows = tables.get(name) ?? new Map<string, unknown>();
    tables.set(name, rows);
    return rows;
  }
  return {
    async write(changes) {
      checkOpen();
      for (const { table, key, value } of changes)
        if (value === undefined) rowsOf(table).delete(key);
        else rowsOf(table).set(key, structuredClone(value));
    },
    table<T>(name: string): Table<T> {
      const rows = rowsOf(name);
      return {
        get: (key) => structuredClone(rows.get(key) as T | undefined),
        async put(key, value) {
          checkOpen();
          rows.set(key, structuredClone(value));
        },
        async delete(key) {
          checkOpen();
          rows.delete(key);
        },
        *entries({ start, end } = {}) {
          const keys = [...rows.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          for (const key of keys)
            if ((start === undefined || key >= start) && (end === undefined || key < end))
              yield [key, structuredClone(rows.get(key) as T)];
        },
      };
    },
    async close() {
      isClosed = true;
    },
  };
}
