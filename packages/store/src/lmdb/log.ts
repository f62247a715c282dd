import type { RootDatabase } from "lmdb";
import type { LogRecord, Store } from "../types.ts";
import { bytesToNumber, bytesToValue, numberToBytes, valueToBytes } from "./encoding.ts";
import { lastNumber, type Rows, removeAll } from "./rows.ts";

const LAST_POSITION = Buffer.from("lastLogPosition");

/** The log since the last block. Positions go on where they were, though the records are gone. */
export type Log = Pick<Store, "append" | "log"> & {
  /** Removes the records up to a position: all unless given. Part of a transaction. */
  removeThrough(position?: number): void;
};

export const createLog = (
  { root, log, header }: Pick<Rows, "log" | "header"> & { readonly root: RootDatabase },
  { checkOpen }: { checkOpen(): void },
): Log => {
  let lastPosition = Math.max(lastNumber(log), bytesToNumber(header.get(LAST_POSITION) ?? numberToBytes(0)));
  return {
    async append(records) {
      checkOpen();
      const rows = records.map((record) => [numberToBytes(++lastPosition), valueToBytes(record)] as const);
      const last = lastPosition;
      await root.batch(() => {
        for (const [key, value] of rows) log.put(key, value);
      });
      return last;
    },
    *log() {
      for (const { key, value } of log.getRange({ snapshot: false }))
        yield { position: bytesToNumber(key), record: bytesToValue<LogRecord>(value) };
    },
    removeThrough(position) {
      removeAll(log, position === undefined ? {} : { end: numberToBytes(position + 1) });
      header.put(LAST_POSITION, numberToBytes(position ?? lastPosition));
    },
  };
};
