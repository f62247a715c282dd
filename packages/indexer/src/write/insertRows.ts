import type { Insertable, Kysely } from "kysely";
import type { Tables } from "../database/tables.ts";

/** Below what either database takes in one statement. */
const MOST_PARAMETERS = 30_000;

/** Inserts rows, in as many statements as the database needs. */
export async function insertRows<T extends keyof Tables>(
  db: Kysely<Tables>,
  table: T,
  rows: readonly Insertable<Tables[T]>[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  for (const part of chunks(rows, Math.floor(MOST_PARAMETERS / Object.keys(first).length)))
    await db
      .insertInto(table)
      .values(part as never)
      .execute();
}

/** Parts of a list with at most `size` items each, 1,000 unless given. */
export function chunks<T>(items: readonly T[], size = 1_000): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
