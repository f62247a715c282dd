import type { Kysely } from "kysely";
import { integerToText } from "./integers.ts";
import type { Tables } from "./tables.ts";

const L1 = `0x${"0".repeat(64)}`;

/** What is asked most, as views (docs/indexing.md). */
export async function createViews(db: Kysely<Tables>): Promise<void> {
  await db.schema.createView("balances_by_account").as(latestBalances(db)).execute();
  await db.schema.createView("transfers").as(transfers(db)).execute();
  await db.schema.createView("messages_in_flight").as(inFlight(db)).execute();
  await db.schema.createView("failures").as(failures(db)).execute();
}

const latestBalances = (db: Kysely<Tables>) =>
  db
    .selectFrom("balances as now")
    .select(["now.layer", "now.address", "now.field", "now.amount", "now.block"])
    .where(({ eb, selectFrom }) =>
      eb(
        "now.block",
        "=",
        selectFrom("balances as every")
          .select(({ fn }) => fn.max("every.block").as("block"))
          .whereRef("every.layer", "=", "now.layer")
          .whereRef("every.address", "=", "now.address")
          .whereRef("every.field", "=", "now.field"),
      ),
    );

/** Messages of layers that are here, and those of L1 that they have taken, with the state of their block. */
const sent = (db: Kysely<Tables>) =>
  db
    .selectFrom("messages")
    .innerJoin("blocks", (join) =>
      join.onRef("blocks.layer", "=", "messages.layer").onRef("blocks.number", "=", "messages.block"),
    )
    .select([
      "messages.hash",
      "messages.kind",
      "messages.from_layer",
      "messages.to_layer",
      "messages.asset",
      "messages.amount",
      "messages.recipient",
      "messages.block",
      "blocks.time",
      "blocks.epoch",
      "blocks.status",
    ]);

const transfers = (db: Kysely<Tables>) =>
  sent(db)
    .where("messages.amount", ">", integerToText(0n))
    .where("messages.kind", "<>", "forced")
    .where(({ or, eb }) => or([eb("messages.direction", "=", "produced"), eb("messages.from_layer", "=", L1)]));

/** A message lives within one epoch: once its block has settled, it has arrived wherever that was. */
const inFlight = (db: Kysely<Tables>) =>
  sent(db)
    .where("messages.direction", "=", "produced")
    .where("messages.kind", "<>", "bundle")
    .where("blocks.status", "<>", "settled")
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("messages as taken")
            .select("taken.hash")
            .whereRef("taken.hash", "=", "messages.hash")
            .where("taken.direction", "=", "consumed"),
        ),
      ),
    );

/** Forced transactions that were invalid, messages that were sent back, and transactions that a set-back removed. */
const failures = (db: Kysely<Tables>) =>
  db
    .selectFrom("transactions")
    .select(({ val }) => [
      val("forced").as("what"),
      "layer",
      "block",
      "hash",
      "sender as account",
      "method",
      "problem as reason",
    ])
    .where("problem", "is not", null)
    .unionAll(
      db
        .selectFrom("messages")
        .select(({ val }) => [
          val("bounced").as("what"),
          "layer",
          "block",
          "hash",
          "payload as account",
          val<string | null>(null).as("method"),
          val<string | null>("the layer could not handle the message, and sent it back").as("reason"),
        ])
        .where("direction", "=", "produced")
        .where("kind", "=", "bounce"),
    )
    .unionAll(
      db
        .selectFrom("undone_transactions")
        .select(({ val }) => [
          val("undone").as("what"),
          "layer",
          "block",
          "hash",
          "sender as account",
          "method",
          val<string | null>("a set-back removed its block, and no block has it since").as("reason"),
        ]),
    );
