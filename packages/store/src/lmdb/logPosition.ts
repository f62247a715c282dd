import type { LogPosition } from "../types.ts";
import { bytesToNumber, numberToBytes } from "./encoding.ts";
import { lastKey, type StoreRows } from "./storeRows.ts";

const LAST_POSITION = Buffer.from("lastLogPosition");

/** The last position that was ever used in the log, also when the record at that position was removed. */
export function readLastPosition({ header, log }: StoreRows): LogPosition {
  const removed = header.get(LAST_POSITION);
  return Math.max(lastKey(log), removed === undefined ? 0 : bytesToNumber(removed));
}

/** Records a used position whose record is removed. Part of a transaction. */
export function putLastPosition({ header }: StoreRows, position: LogPosition): void {
  header.put(LAST_POSITION, numberToBytes(position));
}
