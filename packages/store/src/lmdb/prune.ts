import { fieldToHex } from "@frond/foundation";
import { placesOf } from "../placesOf.ts";
import type { BlockRecord } from "../types.ts";
import { bytesToNumber, bytesToValue, fieldToKey } from "./encoding.ts";
import { lastKey, type StoreRows } from "./storeRows.ts";

/** So many blocks go in one write, so that pruning what was never pruned before holds up nobody. */
const PRUNED_AT_ONCE = 256;

/**
 * Removes the oldest settled blocks of epochs up to `throughEpoch`, with their witnesses and the places of their
 * transactions. Part of a transaction. The last block stays: the next one follows it.
 */
export function prune(rows: StoreRows, throughEpoch: number): void {
  const last = lastKey(rows.blocks);
  const oldest = [...rows.blocks.getRange({ limit: PRUNED_AT_ONCE })];
  for (const { key, value } of oldest) {
    const block = bytesToValue<BlockRecord>(value);
    if (bytesToNumber(key) === last || block.epoch > throughEpoch || block.status !== "settled") return;
    for (const { hash } of placesOf(block)) rows.places.remove(fieldToKey(hash));
    for (const hash of block.transactions) rows.tables.firstTimes.remove(Buffer.from(fieldToHex(hash)));
    rows.blocks.remove(key);
    rows.witnesses.remove(key);
    rows.events.remove(key);
  }
}

/** The number of the oldest block that is kept; 0 when there is none. */
export function firstBlockNumber(rows: StoreRows): number {
  for (const key of rows.blocks.getKeys({ limit: 1, snapshot: false })) return bytesToNumber(key);
  return 0;
}
