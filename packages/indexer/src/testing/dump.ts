import type { Kysely } from "kysely";
import { textToInteger } from "../database/integers.ts";
import type { Tables } from "../database/tables.ts";

const TABLES = [
  "layers",
  "blocks",
  "transactions",
  "messages",
  "events",
  "entries",
  "accounts",
  "balances",
  "undone_transactions",
] as const;
const INTEGERS = new Set(["fee", "amount"]);
const JSON_COLUMNS = new Set(["args", "fields", "entry_values"]);

/** All rows of all tables, in an order and a form that are the same in both databases. */
export async function dump(db: Kysely<Tables>): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    const rows = await db.selectFrom(table).selectAll().execute();
    all[table] = rows.map((row) => shown(row as Record<string, unknown>)).sort(compare);
  }
  return all;
}

const compare = (one: object, other: object) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

const shown = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => name !== "id")
      .map(([name, value]) => {
        if (INTEGERS.has(name)) return [name, textToInteger(String(value)).toString()];
        if (!JSON_COLUMNS.has(name)) return [name, value];
        const parsed = typeof value === "string" ? JSON.parse(value) : value;
        const entries = Array.isArray(parsed) ? parsed : Object.entries(parsed as object).sort();
        return [name, entries];
      }),
  );
