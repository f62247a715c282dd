import type { IndexDatabase } from "../database/types.ts";
import { type Cursor, moveCursor } from "./cursor.ts";

/** Tables whose rows have the block that has made them. */
const OF_BLOCKS = ["transactions", "messages", "events", "entries", "balances", "accounts"] as const;

/**
 * Removes all that came from blocks after `to`, and moves the cursor there, in one transaction. The transactions of
 * these blocks are kept as undone ones until a block has them again.
 * @throws OtherWriterError
 */
export async function undoBlocks(
  { db, address }: IndexDatabase,
  { layer, from, to }: { readonly layer: string; readonly from: Cursor; readonly to: Cursor },
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await moveCursor(transaction, { layer, address, from, to });
    await transaction
      .insertInto("undone_transactions")
      .columns(["layer", "hash", "sender", "method", "args", "block"])
      .expression(
        transaction
          .selectFrom("transactions")
          .select(["layer", "hash", "sender", "method", "args", "block"])
          .where("layer", "=", layer)
          .where("block", ">", to.block),
      )
      .execute();
    for (const table of OF_BLOCKS)
      await transaction.deleteFrom(table).where("layer", "=", layer).where("block", ">", to.block).execute();
    await transaction.deleteFrom("blocks").where("layer", "=", layer).where("number", ">", to.block).execute();
  });
}
