import { fieldToHex } from "@frond/foundation";
import type { BlockHead } from "@frond/sdk";
import type { Kysely } from "kysely";
import type { Tables } from "../database/tables.ts";
import type { IndexDatabase } from "../database/types.ts";
import { OtherWriterError } from "../errors.ts";

/** The last block of a layer that the database has. `block` is one below the first one before that is there. */
export type Cursor = {
  readonly block: number;
  readonly time: number;
  readonly stateRoot: string;
  /** All blocks up to this one have settled. */
  readonly settled: number;
};

export const cursorAt = ({ number, time, stateRoot }: BlockHead, settled: number): Cursor => ({
  block: number,
  time,
  stateRoot: fieldToHex(stateRoot),
  settled,
});

/** Whether the block under a cursor is still the one that the node has. */
export const isAt = ({ block, time, stateRoot }: Omit<Cursor, "settled">, head: BlockHead): boolean =>
  head.number === block && head.time === time && fieldToHex(head.stateRoot) === stateRoot;

/** @throws when the database has no such layer */
export async function readCursor({ db }: Pick<IndexDatabase, "db">, layer: string): Promise<Cursor> {
  const row = await db.selectFrom("layers").selectAll().where("layer", "=", layer).executeTakeFirstOrThrow();
  return { block: row.last_block, time: row.last_time, stateRoot: row.last_state_root, settled: row.settled_block };
}

/**
 * Moves the cursor within the transaction that moves the rows.
 * @throws OtherWriterError if it is not where this process has left it
 */
export async function moveCursor(
  transaction: Kysely<Tables>,
  { layer, address, from, to }: { layer: string; address: string; from: Cursor; to: Cursor },
): Promise<void> {
  const { numUpdatedRows } = await transaction
    .updateTable("layers")
    .set({ last_block: to.block, last_time: to.time, last_state_root: to.stateRoot, settled_block: to.settled })
    .where("layer", "=", layer)
    .where("last_block", "=", from.block)
    .where("last_time", "=", from.time)
    .where("last_state_root", "=", from.stateRoot)
    .where("settled_block", "=", from.settled)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new OtherWriterError(address);
}
