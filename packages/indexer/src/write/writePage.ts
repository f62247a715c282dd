import type { ApplicationDeclaration, BlockContent } from "@frond/sdk";
import type { IndexDatabase } from "../database/types.ts";
import { pageRows } from "../rows/blockRows.ts";
import { seenAddresses } from "../rows/seenAddresses.ts";
import { type Cursor, cursorAt, moveCursor } from "./cursor.ts";
import { chunks, insertRows } from "./insertRows.ts";
import { writeBalances } from "./writeBalances.ts";

type Page = {
  readonly layer: string;
  readonly declaration: ApplicationDeclaration;
  readonly cursor: Cursor;
  /** At least one, which follows the cursor's. */
  readonly contents: readonly BlockContent[];
};

/**
 * Writes blocks that follow the cursor, and moves it, in one transaction. Returns the new cursor and how many rows were
 * written.
 * @throws OtherWriterError
 */
export async function writePage(
  { db, address }: IndexDatabase,
  { layer, declaration, cursor, contents }: Page,
): Promise<{ readonly cursor: Cursor; readonly rows: number }> {
  const rows = pageRows(contents, { layer, declaration });
  const to = cursorAt(contents.at(-1)!, cursor.settled);
  await db.transaction().execute(async (transaction) => {
    await moveCursor(transaction, { layer, address, from: cursor, to });
    await insertRows(transaction, "blocks", rows.blocks);
    await insertRows(transaction, "transactions", rows.transactions);
    await insertRows(transaction, "messages", rows.messages);
    await insertRows(transaction, "events", rows.events);
    await insertRows(transaction, "entries", rows.entries);
    const seen = seenAddresses(contents, declaration);
    await writeBalances(transaction, { layer, declaration, seen, entries: rows.entries });
    // Those that a set-back had removed, and that are in a block again.
    for (const part of chunks(rows.transactions.map(({ hash }) => hash)))
      await transaction
        .deleteFrom("undone_transactions")
        .where("layer", "=", layer)
        .where("hash", "in", part)
        .execute();
  });
  return { cursor: to, rows: Object.values(rows).reduce((sum, { length }) => sum + length, 0) };
}
