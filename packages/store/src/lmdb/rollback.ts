import { type Field, fieldToHex } from "@frond/foundation";
import { BlockSettledError } from "../errors.ts";
import { placesOf } from "../placesOf.ts";
import { setBackMetadata } from "../setBackMetadata.ts";
import type {
  BlockRecord,
  DroppedTransaction,
  LogPosition,
  PendingRemoval,
  PendingTransaction,
  SetBackPlace,
  SetBackRecord,
} from "../types.ts";
import { fieldToKey, numberToBytes, valueToBytes } from "./encoding.ts";
import { putLastPosition } from "./logPosition.ts";
import { lastKey, readValue, removeAll, type StoreRows } from "./storeRows.ts";
import { applyUndo } from "./undo.ts";

/**
 * Encodes what a rollback keeps, and returns the function that performs the rollback within a transaction: it undoes
 * the blocks above `through`, last block first, and replaces the log by `pending`. That function returns the error, and
 * writes nothing, when one of these blocks has settled.
 */
export function prepareRollback(
  rows: StoreRows,
  { through, pending }: { readonly through: number; readonly pending: SetBackRecord },
): (lastPosition: LogPosition) => BlockSettledError | undefined {
  const transactions = pending.transactions.map((transaction) => ({
    key: hashKey(transaction.hash),
    value: valueToBytes(transaction),
  }));
  return (lastPosition) => {
    const last = lastKey(rows.blocks);
    const numbers = Array.from({ length: Math.max(0, last - through) }, (_, i) => numberToBytes(last - i));
    const undos = numbers.map((number) => rows.undo.get(number));
    const missing = undos.indexOf(undefined);
    if (missing >= 0) return new BlockSettledError({ block: last - missing, through });
    for (const [i, number] of numbers.entries()) undoBlock(rows, number, undos[i]!);
    removeAll(rows.log);
    putLastPosition(rows, lastPosition);
    removeAll(rows.pending);
    for (const [i, { key, value }] of transactions.entries()) {
      rows.pending.put(numberToBytes(i), value);
      rows.tables.dropped.remove(key);
    }
    putDropped(rows, pending.dropped);
    const before = readValue<readonly SetBackPlace[]>(rows.tables.metadata, Buffer.from("setBacks"));
    for (const [name, value] of setBackMetadata(pending, through, before))
      rows.tables.metadata.put(Buffer.from(name), valueToBytes(value));
    return undefined;
  };
}

function undoBlock(rows: StoreRows, number: Buffer, undo: Uint8Array): void {
  applyUndo(rows, undo);
  for (const { hash } of placesOf(readValue<BlockRecord>(rows.blocks, number)!)) rows.places.remove(fieldToKey(hash));
  for (const table of [rows.undo, rows.blocks, rows.witnesses, rows.events]) table.remove(number);
}

/** Removes executed and dropped transactions from the pending ones. Part of a transaction. */
export function removePending(rows: StoreRows, { executed, dropped }: PendingRemoval): void {
  for (const position of executed) {
    const pending = readValue<PendingTransaction>(rows.pending, numberToBytes(position));
    if (pending === undefined) continue;
    rows.tables.firstTimes.put(hashKey(pending.hash), valueToBytes(pending.time));
    rows.pending.remove(numberToBytes(position));
  }
  for (const { position } of dropped) rows.pending.remove(numberToBytes(position));
  putDropped(
    rows,
    dropped.map(({ reason }) => reason),
  );
}

function putDropped(rows: StoreRows, dropped: readonly DroppedTransaction[]): void {
  for (const drop of dropped) rows.tables.dropped.put(hashKey(drop.hash), valueToBytes(drop));
}

function hashKey(hash: Field): Buffer {
  return Buffer.from(fieldToHex(hash));
}
