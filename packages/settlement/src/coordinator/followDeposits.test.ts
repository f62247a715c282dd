import { LAST_TIME } from "@frond/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { alice } from "../testing/bank.ts";
import { startTestTree, type TestTree } from "../testing/testTree.ts";

let tree: TestTree;
beforeEach(async () => {
  tree = await startTestTree();
  await tree.online();
});
afterEach(async () => {
  await tree.close();
  expect(tree.failures).toEqual([]);
});

const ALICE = { recipient: alice, payload: 0xa1n, depositor: 0xa1n };

/** Queues deposits on L1; each is a block of its own. */
function queue(layer: bigint, count = 1): void {
  const { deposits } = tree.l1.chain;
  for (let i = 0; i < count; i++)
    deposits.push({ id: deposits.length, layer, asset: 1, amount: 10n, ...ALICE, expiry: LAST_TIME });
}

/** Notes from where deposits are read. */
function noteCursors(): (number | undefined)[] {
  const cursors: (number | undefined)[] = [];
  const { layerOne } = tree.l1;
  const { deposits } = layerOne;
  layerOne.deposits = (cursor) => {
    cursors.push(cursor?.next);
    return deposits(cursor);
  };
  return cursors;
}

it("goes on after a restart where deposits were read last", async () => {
  queue(tree.idOf("b"), 3);
  await tree.until(() => tree.balance("b") === 30n, "the deposits have arrived");
  await tree.stopCoordinator();
  const cursors = noteCursors();
  queue(tree.idOf("b"));
  await tree.startCoordinator();
  await tree.until(() => tree.balance("b") === 40n, "the deposit has arrived");
  expect(Math.min(...cursors.map((next) => next ?? 0))).toBe(3);
  expect(await tree.settle()).toMatchObject({ epoch: 1, leftOut: [] });
});

it("takes one deposit behind 130,000 for layers that do not exist, of which nothing is kept", async () => {
  await tree.stopCoordinator();
  queue(0xdeadn, 130_000);
  queue(tree.idOf("b"));
  await tree.startCoordinator();
  await tree.until(() => tree.balance("b") === 10n, "the deposit has arrived");
  await tree.stopCoordinator();
  const { table } = tree.tables;
  expect([...table("deposits").entries()].map(([id]) => id)).toEqual(["130000"]);
  await tree.startCoordinator();
});
