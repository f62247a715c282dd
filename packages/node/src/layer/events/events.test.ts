import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldToHex } from "@frond/foundation";
import { transactionHash } from "@frond/protocol";
import { afterEach, expect, it } from "vitest";
import { ALICE, addressFor, ask, BOB, sale, sell, subscribe, tillOptions } from "../../testing/till.ts";
import { startNode } from "../startNode.ts";
import type { FrondNode, NodeOptions } from "../types.ts";

/** Many tests share the machine. */
const SLOWLY = { timeout: 20_000 };

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: Partial<NodeOptions> = {}): Promise<FrondNode> {
  const node = await startNode(tillOptions(options));
  closers.push(() => node.close());
  return node;
}

type Found = { event: string; block: number; index: number; status: string; fields: Record<string, string> };
type Page = { events: Found[]; cursor: string; isEnd: boolean; setBack?: { through: number } };
const events = (node: FrondNode, params: object = {}) => ask<Page>(node, "frond_getEvents", params);
const told = ({ events }: Page) => events.map(({ event, block, index }) => `${event} ${block}.${index}`);
const amounts = ({ events }: Page) => events.map(({ fields }) => Number(fields.amount ?? fields.to));

it("keeps events with their transactions: what failed emits nothing, a `when` that does not hold neither", async () => {
  const node = await start();
  await sell(node, ALICE, 250n, 0);
  await sell(node, BOB, 7n, 0);
  await sell(node, ALICE, 5_000n, 1);
  const page = await events(node);
  expect(page).toMatchObject({ isEnd: true, cursor: "0.1.3" });
  expect(told(page)).toEqual(["sold 1.0", "rounded 1.1", "sold 1.2"]);
  expect(page.events[0]).toEqual({
    ...{ event: "sold", block: 1, index: 0, epoch: 1, time: expect.any(Number), status: "preconfirmed" },
    fields: { seller: fieldToHex(addressFor(ALICE)), amount: fieldToHex(250n), isLarge: fieldToHex(1n) },
    transaction: fieldToHex(transactionHash(sale(ALICE, 250n, 0))),
  });
  await node.context.sequencer.seal();
  const sealed = await events(node);
  expect(sealed.events).toEqual(page.events.map((event) => ({ ...event, status: "sealed" })));
  expect(sealed.cursor).toBe("0.2.0");
});

it("finds events by name, fields, blocks and times, page by page", async () => {
  const node = await start();
  const { sequencer, store } = node.context;
  for (const [i, amount] of [10n, 20n, 30n].entries()) {
    await sell(node, ALICE, amount, i);
    await sequencer.seal();
  }
  await sell(node, BOB, 40n, 0);
  expect(amounts(await events(node, { event: "sold" }))).toEqual([10, 20, 30, 40]);
  const filter = { seller: fieldToHex(addressFor(BOB)) };
  expect(told(await events(node, { filter }))).toEqual(["sold 4.0"]);
  expect(told(await events(node, { event: "rounded", fromBlock: 2, toBlock: 3 }))).toEqual([
    "rounded 2.1",
    "rounded 3.1",
  ]);
  const [first, third] = [store.block(1)!, store.block(3)!].map(({ time }) => time);
  expect(told(await events(node, { event: "sold", fromTime: first! + 1, toTime: third! }))).toEqual([
    "sold 2.0",
    "sold 3.0",
  ]);
  const pages: string[][] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await events(node, { limit: 3, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(told(page));
    cursor = page.cursor;
    if (page.isEnd) break;
  }
  expect(pages.map(({ length }) => length)).toEqual([3, 3, 2]);
  expect(new Set(pages.flat()).size).toBe(8);
  await expect(events(node, { event: "bought" })).rejects.toMatchObject({ code: "rpc/not-found" });
  await expect(events(node, { event: "sold", filter: { to: fieldToHex(1n) } })).rejects.toMatchObject({
    code: "rpc/not-found",
  });
  await expect(events(node, { cursor: "1.x" })).rejects.toMatchObject({ code: "rpc/invalid-params" });
});

it("has them after a restart: those of sealed blocks, and those of transactions that are not sealed", async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "frond-events-"));
  closers.push(() => rmSync(dataDirectory, { recursive: true }));
  const node = await start({ dataDirectory });
  await sell(node, ALICE, 10n, 0);
  await node.context.sequencer.seal();
  await sell(node, ALICE, 20n, 1);
  const before = await events(node);
  await node.close();
  const again = await start({ dataDirectory });
  expect(await events(again)).toEqual(before);
  const since = await events(again, { cursor: before.cursor });
  expect(since).toMatchObject({ events: [], isEnd: true, cursor: before.cursor });
  await sell(again, ALICE, 30n, 2);
  expect(told(await events(again, { cursor: before.cursor }))).toEqual(["sold 2.2", "rounded 2.3"]);
  await again.context.sequencer.seal();
  expect(amounts(await events(again, { event: "sold" }))).toEqual([10, 20, 30]);
});

it("replaces events of what is executed again, drops those of what is lost, and tells whoever listens", async () => {
  const node = await start();
  const { sequencer } = node.context;
  await sell(node, ALICE, 10n, 0);
  await sequencer.seal();
  await sell(node, ALICE, 20n, 1);
  await sell(node, BOB, 30n, 0);
  await sequencer.seal();
  const before = await events(node, { event: "sold" });
  const early = await events(node, { event: "sold", toBlock: 1 });
  const { told: news, close } = await subscribe(node, { event: "sold" });
  closers.push(close);
  await expect.poll(() => news.length, SLOWLY).toBe(1);
  const drop = [{ hash: transactionHash(sale(ALICE, 20n, 1)), code: "test/dropped", message: "It was chosen." }];
  await sequencer.setBack({ through: 1, epoch: 1, session: 3, drop });
  const after = await events(node, { event: "sold" });
  expect([told(after), amounts(after)]).toEqual([
    ["sold 1.0", "sold 2.0"],
    [10, 30],
  ]);
  const resumed = await events(node, { event: "sold", cursor: before.cursor });
  expect([told(resumed), resumed.setBack]).toEqual([["sold 2.0"], { through: 1 }]);
  expect(await events(node, { event: "sold", cursor: early.cursor })).not.toHaveProperty("setBack");
  await expect.poll(() => news.length, SLOWLY).toBe(3);
  expect(news[1]).toEqual({ events: [], setBack: { through: 1 }, cursor: "3.2.0" });
  expect(news[2]).toMatchObject({ events: [{ block: 2, index: 0 }], cursor: "3.2.2" });
  await expect(events(node, { cursor: "4.2.0" })).rejects.toMatchObject({ code: "rpc/cursor-unknown" });
});

it("tells a subscriber who comes back what it missed, then what is new, in order", async () => {
  const node = await start();
  await sell(node, ALICE, 10n, 0);
  const { cursor } = await events(node);
  await sell(node, ALICE, 20n, 1);
  const { told: news, close } = await subscribe(node, { event: "sold", cursor });
  closers.push(close);
  await expect.poll(() => news.length, SLOWLY).toBe(2);
  expect(news[0]).toBe("e1");
  await sell(node, BOB, 250n, 0);
  await expect.poll(() => news.length, SLOWLY).toBe(3);
  expect(news.slice(1).flatMap((page) => amounts(page as Page))).toEqual([20, 250]);
  const { cursor: last } = news[2] as Page;
  // The event that the filter left out is behind the cursor, too.
  expect(await events(node, { cursor: last })).toMatchObject({ events: [], isEnd: true, cursor: "0.1.6" });
  const stale = await subscribe(node, { cursor: "9.1.0" });
  closers.push(stale.close);
  await expect.poll(() => stale.told, SLOWLY).toEqual(["rpc/cursor-unknown"]);
});

it("forgets events with their blocks, and says so", async () => {
  const node = await start();
  const { sequencer, store } = node.context;
  for (const nonce of [0, 1, 2]) {
    await sell(node, ALICE, 10n, nonce);
    await sequencer.seal();
  }
  await store.setBlockStatus(2, "settled");
  await store.setBlockStatus(1, "settled");
  await node.context.forgetEpoch(1);
  expect(store.firstBlockNumber()).toBe(3);
  expect(told(await events(node))).toEqual(["sold 3.0", "rounded 3.1"]);
  await expect(events(node, { fromBlock: 1 })).rejects.toMatchObject({ code: "rpc/not-kept", first: 3 });
  await expect(events(node, { cursor: "0.2.0" })).rejects.toMatchObject({ code: "rpc/not-kept" });
});
