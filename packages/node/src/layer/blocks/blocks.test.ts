import { fieldToHex } from "@frond/foundation";
import { ACCOUNTS_MAP, entryKey, forcedHash, forcedMessage, forcedOf, transactionHash } from "@frond/protocol";
import { FORCED_SOURCE } from "@frond/store";
import { afterEach, expect, it } from "vitest";
import type { Connection } from "../../rpc/connection.ts";
import { ALICE, addressFor, ask, BOB, sale, sell, tillOptions } from "../../testing/till.ts";
import { startNode } from "../startNode.ts";
import type { FrondNode } from "../types.ts";
import { blockMethods } from "./blockMethods.ts";

const nodes: FrondNode[] = [];
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
});

const FORCED = { name: "forced", transactions: 0, forced: 2, entries: 12, inserts: 6, consumed: 0, produced: 1 };

async function start(): Promise<FrondNode> {
  const options = tillOptions();
  const node = await startNode({ ...options, sizes: [...options.sizes, FORCED] });
  nodes.push(node);
  return node;
}

type Head = { number: number; time: number; stateRoot: string; status: string };
type Block = Head & Record<"transactions" | "entries" | "events" | "consumed", Record<string, never>[]>;
type Open = { number: number; transactions: object[] };
type Blocks = { before: Head | null; blocks: Block[]; open: Open | null; lastBlock: number };
type Heads = { heads: Head[]; lastBlock: number };
const blocks = (node: FrondNode, params: object) => ask<Blocks>(node, "frond_getBlocks", params);
const heads = (node: FrondNode, params: object) => ask<Heads>(node, "frond_getBlockHeads", params);

it("gives blocks with all that is in them, page by page, and the head of the block before", async () => {
  const node = await start();
  for (const [nonce, amount] of [10n, 250n, 7n].entries()) {
    await sell(node, ALICE, amount, nonce);
    await node.context.sequencer.seal();
  }
  const page = await blocks(node, { fromBlock: 1, limit: 2 });
  expect(page).toMatchObject({ before: null, lastBlock: 3 });
  expect(page.blocks.map(({ number }) => number)).toEqual([1, 2]);
  const hash = fieldToHex(transactionHash(sale(ALICE, 10n, 0)));
  const sender = fieldToHex(addressFor(ALICE));
  const [block] = page.blocks;
  expect(block?.transactions).toEqual([
    {
      hash,
      sender,
      method: 0,
      args: [fieldToHex(10n)],
      nonce: 0,
      fee: fieldToHex(0n),
      bundle: fieldToHex(0n),
      isForced: false,
    },
  ]);
  expect(block?.entries).toContainEqual({
    key: fieldToHex(entryKey(ACCOUNTS_MAP, [addressFor(ALICE)])),
    values: [fieldToHex(1n), fieldToHex(10n)],
  });
  expect(block?.events).toEqual([
    { event: "sold", fields: { seller: sender, amount: fieldToHex(10n), isLarge: fieldToHex(0n) }, transaction: hash },
    { event: "rounded", fields: { to: fieldToHex(10n) }, transaction: hash },
  ]);
  const next = await blocks(node, { fromBlock: 3 });
  const { number, time, stateRoot, status } = page.blocks[1]!;
  expect(next.before).toEqual({ number, time, stateRoot, status });
  expect(next.blocks.map((one) => one.events.length)).toEqual([1]);
  expect(await blocks(node, { fromBlock: 4 })).toMatchObject({ blocks: [], lastBlock: 3 });
  await expect(blocks(node, { fromBlock: 1, limit: 17 })).rejects.toMatchObject({ code: "rpc/invalid-params" });
});

it("gives the open block as it is on disk, to the page that reaches it, if it is asked for", async () => {
  const node = await start();
  await sell(node, ALICE, 250n, 0);
  const page = await blocks(node, { fromBlock: 1, withOpen: true });
  expect(page).toMatchObject({ blocks: [], lastBlock: 0, open: { number: 1, transactions: [{ nonce: 0 }] } });
  expect((await blocks(node, { fromBlock: 1 })).open).toBe(null);
  await node.context.sequencer.seal();
  const sealed = await blocks(node, { fromBlock: 1, withOpen: true });
  expect(sealed.blocks[0]!.transactions).toEqual(page.open!.transactions);
  expect(sealed.open).toEqual({ number: 2, transactions: [] });
  await sell(node, ALICE, 1n, 1);
  await node.context.sequencer.seal();
  expect((await blocks(node, { fromBlock: 1, limit: 1, withOpen: true })).open).toBe(null);
  expect((await blocks(node, { fromBlock: 4, withOpen: true })).open).toBe(null);
});

it("counts a page for ten calls a block, the open one too", async () => {
  const node = await start();
  const methods = blockMethods(node.context.store);
  const counted: number[] = [];
  const connection = { begin: (calls: number) => counted.push(calls), end() {} } as unknown as Connection;
  for (const params of [{ limit: 16 }, { limit: 3, withOpen: true }]) {
    const { params: schema, run } = methods.frond_getBlocks!;
    run(schema.parse({ fromBlock: 1, ...params }) as never, connection, { path: "/", startedAt: 0 });
  }
  expect(counted).toEqual([160, 40]);
});

it("tells a block from the one that replaces it, and says how far blocks have come", async () => {
  const node = await start();
  const { sequencer, store } = node.context;
  for (const [nonce, amount] of [10n, 20n].entries()) {
    await sell(node, ALICE, amount, nonce);
    await sequencer.seal();
  }
  await store.setBlockStatus(1, "settled");
  const before = await heads(node, { fromBlock: 1 });
  expect(before.heads.map(({ status }) => status)).toEqual(["settled", "sealed"]);
  await sequencer.setBack({ through: 1, epoch: 1, session: 1 });
  await sequencer.seal();
  const after = await heads(node, { fromBlock: 1 });
  expect(after.heads[0]).toEqual(before.heads[0]);
  expect(after.heads[1]).toMatchObject({ number: 2 });
  expect(after.heads[1]!.time).toBeGreaterThan(before.heads[1]!.time);
  await sell(node, BOB, 1n, 0);
  await sequencer.seal();
  await store.setBlockStatus(2, "settled");
  await node.context.forgetEpoch(1);
  await expect(heads(node, { fromBlock: 1 })).rejects.toMatchObject({ code: "rpc/not-kept" });
  await expect(blocks(node, { fromBlock: 1 })).rejects.toMatchObject({ code: "rpc/not-kept", first: 3 });
});

it("shows what was forced on L1 with the reason why it was invalid", async () => {
  const node = await start();
  const transaction = { ...forcedOf(sale(BOB, 5n, 7)), sLow: 1n };
  const message = forcedMessage(transaction);
  await node.context.sequencer.consume([{ message, source: FORCED_SOURCE, position: 1, forced: { transaction } }]);
  await node.context.sequencer.seal();
  const { blocks: found } = await blocks(node, { fromBlock: 1 });
  const forced = found.flatMap(({ transactions }) => transactions);
  expect(forced).toMatchObject([
    { isForced: true, hash: fieldToHex(forcedHash(transaction)), method: 0, nonce: 7, problem: expect.any(String) },
  ]);
});
