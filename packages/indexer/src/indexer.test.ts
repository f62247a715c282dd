import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldToHex, until } from "@frond/foundation";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { textToInteger } from "./database/integers.ts";
import { type Indexer, type IndexerOptions, openIndexer, type Progress } from "./indexLayers.ts";
import { dump } from "./testing/dump.ts";
import { addressFor, type KioskNode, startKiosk } from "./testing/kiosk.ts";
import { type PostgresServer, startPostgres } from "./testing/postgres.ts";

const [ALICE, BOB, CAROL] = [11n, 12n, 13n];
const SLOWLY = { withinMilliseconds: 60_000 };

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: Parameters<typeof startKiosk>[0] = {}): Promise<KioskNode> {
  const node = await startKiosk(options);
  closers.push(() => node.close());
  return node;
}

const nameOf = (node: KioskNode) => ({ url: node.url, name: "kiosk" });

async function open(
  database: string,
  nodes: readonly KioskNode[],
  options: Partial<IndexerOptions> & { onProgress?: (progress: Progress) => void } = {},
): Promise<Indexer> {
  const { onProgress, ...rest } = options;
  const indexer = await openIndexer({ database, nodes: nodes.map(nameOf), ...rest }, onProgress ? { onProgress } : {});
  closers.push(() => indexer.close());
  return indexer;
}

/** What an index of the same nodes has that was never interrupted. */
async function fresh(nodes: readonly KioskNode[]) {
  const indexer = await open(await sqlite(), nodes);
  await indexer.catchUp();
  return dump(indexer.database.db);
}

async function sqlite(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "frond-index-"));
  closers.push(() => rmSync(directory, { recursive: true }));
  return join(directory, "index.sqlite");
}

/** Some blocks: a balance above 2^64, payments, a withdrawal, and messages. */
async function trade(node: KioskNode, rounds: number): Promise<void> {
  await node.call(ALICE, "mint", [2n ** 100n, 2n ** 64n - 5n]);
  await node.context.sequencer.seal();
  for (let i = 0; i < rounds; i++) {
    await node.call(ALICE, "pay", [addressFor(BOB), 10n ** BigInt(i % 25)]);
    await node.call(BOB, "pay", [addressFor(CAROL), 1n]);
    if (i % 3 === 0) await node.call(ALICE, "withdraw", [5n, 0xabcn]);
    await node.context.sequencer.seal();
  }
}

describe.each([
  ["SQLite", sqlite],
  ["PostgreSQL", () => postgres.createDatabase()],
])("%s", (_, createDatabase) => {
  it("has what the blocks hold: names, values and order of large integers, and the views", async () => {
    const node = await start();
    await trade(node, 4);
    const { database, catchUp } = await open(await createDatabase(), [node]);
    await catchUp();
    const { db } = database;
    expect(await dump(db)).toEqual(await fresh([node]));
    const blocks = await db.selectFrom("blocks").select(["number", "transaction_count"]).orderBy("number").execute();
    expect(blocks.map((block) => block.transaction_count)).toEqual([1, 3, 2, 2, 3]);
    const [minted] = await db.selectFrom("transactions").selectAll().where("method", "=", "mint").execute();
    const { args } = minted!;
    expect(typeof args === "string" ? JSON.parse(args) : args).toEqual({ amount: `${2n ** 100n}`, change: "-5" });
    const balances = await db
      .selectFrom("balances")
      .select("amount")
      .where("address", "=", fieldToHex(addressFor(ALICE)))
      .orderBy("amount", "desc")
      .execute();
    const amounts = balances.map(({ amount }) => textToInteger(amount));
    expect(amounts).toEqual(amounts.toSorted((a, b) => (a < b ? 1 : -1)));
    expect(amounts[0]).toBe(2n ** 100n);
    const now = await view(db, "balances_by_account");
    expect(now.map(({ field, amount }) => [field, textToInteger(String(amount))]).sort()).toEqual(
      [
        ["coins", 2n ** 100n - 1_111n - 10n],
        ["coins", 1_107n],
        ["coins", 4n],
      ].sort(),
    );
    expect(await view(db, "transfers")).toHaveLength(2);
    expect(await view(db, "messages_in_flight")).toMatchObject([{ kind: "withdrawal" }, { kind: "withdrawal" }]);
    expect(await view(db, "failures")).toEqual([]);
  });

  it("goes on where it was, aborted between any two pages", async () => {
    const node = await start();
    await trade(node, 7);
    const address = await createDatabase();
    for (let block = 0; block < 8; ) {
      const stop = new AbortController();
      const onProgress = (progress: Progress) => {
        block = progress.block;
        stop.abort();
      };
      const indexer = await openIndexer({ database: address, nodes: [nameOf(node)], pageBlocks: 3 }, { onProgress });
      await indexer.catchUp(stop.signal);
      await indexer.close();
    }
    const { database } = await open(address, [node]);
    expect(await dump(database.db)).toEqual(await fresh([node]));
  });

  it("removes exactly what a set-back has undone, and writes what replaced it", async () => {
    const node = await start();
    const { sequencer, store } = node.context;
    await trade(node, 6);
    await store.setBlockStatus(1, "settled");
    const { database, catchUp } = await open(await createDatabase(), [node]);
    await catchUp();
    const before = await dump(database.db);
    const [lost] = await database.db
      .selectFrom("transactions")
      .select("hash")
      .where("block", "=", 7)
      .where("sender", "=", fieldToHex(addressFor(BOB)))
      .execute();
    const drop = [{ hash: BigInt(lost!.hash), code: "test/dropped", message: "It was chosen." }];
    await sequencer.setBack({ through: 2, epoch: 1, session: 3, drop });
    await catchUp();
    await sequencer.seal();
    await node.call(CAROL, "mint", [7n, 0n]);
    await sequencer.seal();
    await catchUp();
    const after = await dump(database.db);
    const { undone_transactions: undone, ...rest } = after;
    const { undone_transactions: _, ...expected } = await fresh([node]);
    expect(rest).toEqual(expected);
    expect(rest.blocks).not.toEqual(before.blocks);
    expect(undone).toMatchObject([{ hash: lost!.hash, method: "pay", block: 7 }]);
    expect(await view(database.db, "failures")).toMatchObject([{ what: "undone", hash: lost!.hash }]);
  });

  it("follows a second layer, with messages from one to the other, until they have settled", async () => {
    const [first, second] = [await start(), await start({ index: 10n })];
    await first.call(ALICE, "mint", [10_000n, 0n]);
    await first.call(ALICE, "sendAway", [second.layerId, addressFor(BOB), 30n]);
    await first.call(ALICE, "sendAway", [second.layerId, addressFor(CAROL), 4_000n]);
    await first.context.sequencer.seal();
    const { database, run } = await open(await createDatabase(), [first, second], { pollMilliseconds: 60_000 });
    const { db } = database;
    const stop = new AbortController();
    const running = run(stop.signal);
    await until(async () => (await view(db, "messages_in_flight")).length === 2, SLOWLY);
    await first.deliver(second);
    await second.context.sequencer.seal();
    // The second message is too much, and comes back.
    await until(async () => (await view(db, "messages_in_flight")).some(({ kind }) => kind === "bounce"), SLOWLY);
    expect(await view(db, "messages_in_flight")).toMatchObject([
      { kind: "bounce", to_layer: fieldToHex(first.layerId) },
    ]);
    expect(await view(db, "failures")).toMatchObject([{ what: "bounced", account: fieldToHex(addressFor(CAROL)) }]);
    const bob = { layer: fieldToHex(second.layerId), address: fieldToHex(addressFor(BOB)) };
    const balances = (await view(db, "balances_by_account")).filter(({ address }) => address === bob.address);
    expect(balances).toMatchObject([{ ...bob, field: "coins" }]);
    expect(textToInteger(String(balances[0]!.amount))).toBe(30n);
    await second.context.setBlockStatus(1, "settled");
    await until(async () => (await view(db, "messages_in_flight")).length === 0, SLOWLY);
    stop.abort();
    await running;
    const settled = await db.selectFrom("layers").select(["layer", "settled_block"]).orderBy("settled_block").execute();
    expect(settled.map((layer) => layer.settled_block)).toEqual([0, 1]);
  });

  it("is refused to a second writer, and for another network", async () => {
    const [node, other] = [await start(), await start({ settlement: `0x${"bb".repeat(20)}` })];
    const address = await createDatabase();
    const { close } = await open(address, [node]);
    await expect(open(address, [node])).rejects.toMatchObject({ code: "indexer/other-writer" });
    await close();
    await expect(open(address, [other])).rejects.toMatchObject({ code: "indexer/other-network" });
    await expect(open(await createDatabase(), [node, other])).rejects.toMatchObject({ code: "indexer/other-network" });
    await open(address, [node]);
  });

  it("refuses a node whose history is another one than what has settled", async () => {
    const node = await start();
    await trade(node, 2);
    await node.context.store.setBlockStatus(1, "settled");
    const address = await createDatabase();
    const { catchUp, close } = await open(address, [node]);
    await catchUp();
    await close();
    const impostor = await start();
    await trade(impostor, 1);
    const again = await open(address, [impostor]);
    await expect(again.catchUp()).rejects.toMatchObject({ code: "indexer/other-layer" });
  });
});

it("ends when the connection that holds the lock of PostgreSQL is lost", async () => {
  const node = await start();
  const { run } = await open(await postgres.createDatabase(), [node]);
  const running = run(new AbortController().signal);
  running.catch(() => {});
  await postgres.disconnectAll();
  await expect(running).rejects.toMatchObject({ code: "indexer/database" });
});

it("says which blocks a node does not keep any more, and begins after them if it is told to", async () => {
  const node = await start();
  await trade(node, 3);
  for (const block of [1, 2]) await node.context.store.setBlockStatus(block, "settled");
  await node.context.forgetEpoch(1);
  const { catchUp, close } = await open(await sqlite(), [node]);
  await expect(catchUp()).rejects.toMatchObject({ code: "indexer/blocks-missing", data: { next: 1, first: 3 } });
  await close();
  const later = await open(await sqlite(), [node], { fromBlock: 3 });
  await later.catchUp();
  const blocks = await later.database.db.selectFrom("blocks").select("number").execute();
  expect(blocks.map(({ number }) => number)).toEqual([3, 4]);
});

it("refuses what is no database, or none that answers", async () => {
  const node = await start();
  for (const [address, code] of [
    ["mysql://localhost/x", "indexer/database-address"],
    ["", "indexer/database-address"],
    ["postgres://localhost:1/nothing", "indexer/database"],
  ] as const)
    await expect(open(address, [node])).rejects.toMatchObject({ code });
});

type AnyRow = Record<string, unknown>;
async function view(db: Indexer["database"]["db"], name: string): Promise<AnyRow[]> {
  return (await db
    .selectFrom(name as never)
    .selectAll()
    .execute()) as AnyRow[];
}
