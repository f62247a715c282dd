import { fieldToHex } from "@frond/foundation";
import { BlockSettledError } from "../errors.ts";
import type { BlockRecord, DroppedTransaction, RebaseRecord } from "../types.ts";
import { fieldToKey, numberToBytes, valueToBytes } from "./encoding.ts";
import type { Log } from "./log.ts";
import { type Atomically, lastNumber, type Rows, readValue, removeAll } from "./rows.ts";
import { applyUndo } from "./undo.ts";

/** Undoes the blocks above `through`, and keeps what that leaves to be done. @throws BlockSettledError */
export const rollback = async (
  { through, pending }: { readonly through: number; readonly pending: RebaseRecord },
  { rows, log, atomically }: { readonly rows: Rows; readonly log: Log; readonly atomically: Atomically },
): Promise<void> => {
  const encoded = pending.transactions.map(
    (transaction) => [Buffer.from(fieldToHex(transaction.hash)), valueToBytes(transaction)] as const,
  );
  let settled: BlockSettledError | undefined;
  await atomically(() => {
    settled = removeBlocks(through, rows);
    if (settled !== undefined) return;
    log.removeThrough();
    removeAll(rows.pending);
    for (const [i, [name, value]] of encoded.entries()) {
      rows.pending.put(numberToBytes(i), value);
      rows.tables.get("dropped")!.remove(name);
    }
    putReasons(pending.dropped, rows);
    const { session, epoch, slot } = pending;
    for (const [name, value] of Object.entries({ session, epoch, slot }))
      rows.tables.get("metadata")!.put(Buffer.from(name), valueToBytes(value));
  });
  if (settled !== undefined) throw settled;
};

/** Part of a transaction. Changes nothing if one of the blocks has settled: then it has no undo. */
const removeBlocks = (through: number, rows: Rows): BlockSettledError | undefined => {
  const last = lastNumber(rows.blocks);
  const removed = Array.from({ length: Math.max(0, last - through) }, (_, i) => numberToBytes(last - i));
  const undos = removed.map((number) => rows.undo.get(number));
  const missing = undos.indexOf(undefined);
  if (missing >= 0) return new BlockSettledError({ block: last - missing, through });
  for (const [i, number] of removed.entries()) {
    applyUndo(rows, undos[i]!);
    for (const hash of readValue<BlockRecord>(rows.blocks, number)!.transactions) rows.places.remove(fieldToKey(hash));
    for (const table of [rows.undo, rows.blocks, rows.witnesses]) table.remove(number);
  }
  return undefined;
};

/** Part of a transaction. */
export const putReasons = (dropped: readonly DroppedTransaction[], { tables }: Pick<Rows, "tables">): void => {
  for (const drop of dropped) tables.get("dropped")!.put(Buffer.from(fieldToHex(drop.hash)), valueToBytes(drop));
};
