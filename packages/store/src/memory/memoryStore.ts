import { fieldToHex } from "@frond/foundation";
import { StoreClosedError } from "../errors.ts";
import type { DroppedTransaction, LogRecord, PendingTransaction, Store, StoreIdentity } from "../types.ts";
import { memoryBlocks } from "./memoryBlocks.ts";
import { memoryTables } from "./memoryTables.ts";

/**
 * A store that forgets everything when the process ends: for tests and experiments. Behaves as the durable one does,
 * copies included.
 */
export const memoryStore = (identity: StoreIdentity): Store => {
  const { commit, setStatus, removeAbove, ...blocks } = memoryBlocks();
  const tables = memoryTables();
  const reasons = tables.table<DroppedTransaction>("dropped");
  const firstSlots = tables.table<number>("firstSlots");
  const log = new Map<number, LogRecord>();
  let pending = new Map<number, PendingTransaction>();
  let lastPosition = 0;
  let isClosed = false;
  const checkOpen = (): void => {
    if (isClosed) throw new StoreClosedError();
  };
  const putReasons = (dropped: readonly DroppedTransaction[]): void => {
    for (const drop of dropped) reasons.put(fieldToHex(drop.hash), drop);
  };
  return {
    identity,
    ...blocks,
    async append(records) {
      checkOpen();
      for (const record of records) log.set(++lastPosition, structuredClone(record));
      return lastPosition;
    },
    *log() {
      for (const [position, record] of [...log]) yield { position, record };
    },
    async commitBlock(committed) {
      checkOpen();
      commit(committed);
      for (const position of log.keys()) if (position <= committed.logThrough) log.delete(position);
    },
    async setBlockStatus(number, status) {
      checkOpen();
      setStatus(number, status);
    },
    async rollback({ through, pending: { transactions, dropped, ...numbers } }) {
      checkOpen();
      removeAbove(through);
      log.clear();
      pending = new Map(structuredClone([...transactions]).entries());
      for (const { hash } of transactions) reasons.delete(fieldToHex(hash));
      putReasons(dropped);
      for (const [name, value] of Object.entries(numbers)) tables.table<number>("metadata").put(name, value);
    },
    *pending() {
      for (const [position, transaction] of [...pending]) yield { position, transaction: structuredClone(transaction) };
    },
    async removePending({ executed, dropped }) {
      checkOpen();
      for (const position of executed) {
        const row = pending.get(position);
        if (row !== undefined) firstSlots.put(fieldToHex(row.hash), row.slot);
      }
      for (const position of [...executed, ...dropped.map((drop) => drop.position)]) pending.delete(position);
      putReasons(dropped.map(({ reason }) => reason));
    },
    table: (name) => tables.table(name),
    refresh() {},
    async close() {
      isClosed = true;
      await tables.close();
    },
  };
};
