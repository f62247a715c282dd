import { fieldToHex } from "@frond/foundation";
import type { PendingTransaction, Store } from "../types.ts";
import { bytesToNumber, bytesToValue, numberToBytes, valueToBytes } from "./encoding.ts";
import { putReasons } from "./rollback.ts";
import { type Atomically, type Rows, readValue } from "./rows.ts";

/** What the last rollback has left to be done. */
export const createPending = (
  rows: Pick<Rows, "pending" | "tables">,
  atomically: Atomically,
): Pick<Store, "pending" | "removePending"> => ({
  *pending() {
    for (const { key, value } of rows.pending.getRange({ snapshot: false }))
      yield { position: bytesToNumber(key), transaction: bytesToValue<PendingTransaction>(value) };
  },
  removePending: ({ executed, dropped }) =>
    atomically(() => {
      for (const position of executed) {
        const row = readValue<PendingTransaction>(rows.pending, numberToBytes(position));
        if (row !== undefined)
          rows.tables.get("firstSlots")!.put(Buffer.from(fieldToHex(row.hash)), valueToBytes(row.slot));
      }
      for (const position of [...executed, ...dropped.map((drop) => drop.position)])
        rows.pending.remove(numberToBytes(position));
      putReasons(
        dropped.map(({ reason }) => reason),
        rows,
      );
    }),
});
