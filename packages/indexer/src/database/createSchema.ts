import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import { createViews } from "./createViews.ts";
import type { Tables } from "./tables.ts";

/** What the columns are made of, where the databases differ. */
type ColumnTypes = {
  readonly json: ReturnType<typeof sql>;
  readonly integer: ReturnType<typeof sql>;
  readonly id: (table: CreateTableBuilder<string, string>) => CreateTableBuilder<string, string>;
};

const SQLITE: ColumnTypes = {
  json: sql`text`,
  integer: sql`text`,
  id: (table) => table.addColumn("id", "integer", (column) => column.primaryKey().autoIncrement()),
};
const POSTGRES: ColumnTypes = {
  json: sql`jsonb`,
  integer: sql`numeric(39, 0)`,
  id: (table) => table.addColumn("id", "bigserial", (column) => column.primaryKey()),
};

/** Creates all tables, indexes and views, in a database that has none of them. */
export async function createSchema(db: Kysely<Tables>, kind: "sqlite" | "postgres"): Promise<void> {
  const types = kind === "sqlite" ? SQLITE : POSTGRES;
  await createLayers(db);
  await createBlocks(db, types);
  await createState(db, types);
  await createIndexes(db);
  await createViews(db);
}

async function createLayers({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable("frond_index")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("chain_id", "text", (column) => column.notNull())
    .addColumn("settlement", "text", (column) => column.notNull())
    .execute();
  let layers = schema.createTable("layers").addColumn("layer", "text", (column) => column.primaryKey());
  for (const name of ["name", "application", "genesis_state_root", "last_state_root"])
    layers = layers.addColumn(name, "text", (column) => column.notNull());
  for (const name of ["first_block", "last_block", "last_time", "settled_block"])
    layers = layers.addColumn(name, "bigint", (column) => column.notNull());
  await layers.execute();
}

async function createBlocks({ schema }: Kysely<Tables>, { json, integer, id }: ColumnTypes): Promise<void> {
  await columns(schema.createTable("blocks"), {
    text: ["layer", "size", "status", "state_root"],
    bigint: ["number", "time", "epoch", "sealed_at", "transaction_count"],
  })
    .addPrimaryKeyConstraint("blocks_key", ["layer", "number"])
    .execute();
  await columns(schema.createTable("transactions"), {
    text: ["layer", "hash", "sender"],
    bigint: ["block", "position", "is_forced"],
  })
    .addColumn("method", "text")
    .addColumn("args", json, (column) => column.notNull())
    .addColumn("nonce", "bigint")
    .addColumn("fee", integer, (column) => column.notNull())
    .addColumn("bundle", "text")
    .addColumn("problem", "text")
    .addPrimaryKeyConstraint("transactions_key", ["layer", "block", "position"])
    .execute();
  await columns(schema.createTable("messages"), {
    text: ["layer", "direction", "hash", "kind", "from_layer", "to_layer", "recipient", "payload"],
    bigint: ["block", "position", "time", "asset"],
  })
    .addColumn("amount", integer, (column) => column.notNull())
    .addPrimaryKeyConstraint("messages_key", ["layer", "block", "direction", "position"])
    .execute();
  await columns(schema.createTable("events"), { text: ["layer", "name"], bigint: ["block", "position"] })
    .addColumn("fields", json, (column) => column.notNull())
    .addColumn("transaction_hash", "text")
    .addColumn("from_layer", "text")
    .addPrimaryKeyConstraint("events_key", ["layer", "block", "position"])
    .execute();
  await columns(id(schema.createTable("undone_transactions")), {
    text: ["layer", "hash", "sender"],
    bigint: ["block"],
  })
    .addColumn("method", "text")
    .addColumn("args", json, (column) => column.notNull())
    .execute();
}

async function createState({ schema }: Kysely<Tables>, { json, integer }: ColumnTypes): Promise<void> {
  await columns(schema.createTable("entries"), { text: ["layer", "key"], bigint: ["block"] })
    .addColumn("entry_values", json, (column) => column.notNull())
    .addPrimaryKeyConstraint("entries_key", ["layer", "key", "block"])
    .execute();
  await columns(schema.createTable("accounts"), { text: ["layer", "address", "key"], bigint: ["block"] })
    .addPrimaryKeyConstraint("accounts_key", ["layer", "address"])
    .execute();
  await columns(schema.createTable("balances"), { text: ["layer", "address", "field"], bigint: ["block"] })
    .addColumn("amount", integer, (column) => column.notNull())
    .addPrimaryKeyConstraint("balances_key", ["layer", "address", "field", "block"])
    .execute();
}

async function createIndexes({ schema }: Kysely<Tables>): Promise<void> {
  const indexes: readonly (readonly [table: keyof Tables, ...columns: string[]])[] = [
    ["blocks", "layer", "time"],
    ["transactions", "layer", "hash"],
    ["transactions", "layer", "sender", "block"],
    ["messages", "hash"],
    ["events", "layer", "name", "block"],
    ["entries", "layer", "block"],
    ["accounts", "layer", "key"],
    ["accounts", "layer", "block"],
    ["balances", "layer", "block"],
    ["undone_transactions", "layer", "hash"],
  ];
  for (const [table, ...names] of indexes)
    await schema
      .createIndex([table, ...names].join("_"))
      .on(table)
      .columns(names)
      .execute();
}

/** Adds columns that are never null. */
function columns<T extends string>(
  table: CreateTableBuilder<T, string>,
  named: { readonly text: readonly string[]; readonly bigint: readonly string[] },
): CreateTableBuilder<T, string> {
  let made = table;
  for (const type of ["text", "bigint"] as const)
    for (const name of named[type]) made = made.addColumn(name, type, (column) => column.notNull());
  return made;
}
