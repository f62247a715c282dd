import type { Database } from "lmdb";
import type { Table } from "../types.ts";
import { bytesToValue, valueToBytes } from "./encoding.ts";

/** A table over rows of bytes. `atomically` runs writes as one transaction, and resolves after the flush. */
export function openTable<T>(
  rows: Database<Uint8Array, Buffer>,
  atomically: (write: () => void) => Promise<void>,
): Table<T> {
  return {
    get(key) {
      const bytes = rows.get(Buffer.from(key));
      return bytes === undefined ? undefined : bytesToValue<T>(bytes);
    },
    put(key, value) {
      const bytes = valueToBytes(value);
      return atomically(() => void rows.put(Buffer.from(key), bytes));
    },
    delete: (key) => atomically(() => void rows.remove(Buffer.from(key))),
    *entries({ start, end } = {}) {
      const range = {
        ...(start === undefined ? {} : { start: Buffer.from(start) }),
        ...(end === undefined ? {} : { end: Buffer.from(end) }),
        snapshot: false,
      };
      for (const { key, value } of rows.getRange(range)) yield [key.toString(), bytesToValue<T>(value)];
    },
  };
}
