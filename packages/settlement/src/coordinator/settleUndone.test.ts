import { afterEach, beforeEach, expect, it } from "vitest";
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

async function settleDeposit(): Promise<void> {
  const before = tree.balance("b");
  tree.deposit("b", 10n);
  await tree.until(() => tree.balance("b") === before + 10n, "the deposit has arrived");
  await tree.settle();
}

/** L1 undoes its last epochs; what `settle` was called with stays known to the sender, unless `isFinal`. */
function undo(epochs: number, { isFinal = false } = {}): () => void {
  const { chain, faults } = tree.l1;
  const before = { root: chain.root, epoch: chain.epoch, settledUntil: chain.settledUntil };
  chain.epoch -= epochs;
  const last = chain.settled.findLast(({ epoch }) => epoch === chain.epoch - 1);
  chain.root = last?.rootOut ?? tree.genesisRoot;
  chain.settledUntil = last?.until ?? 0;
  faults.forgetsSettled = isFinal;
  return () => Object.assign(chain, before);
}

const blocked = () => tree.coordinator.network().epoch.blocked;

it("settles epochs that L1 has undone again, in their order, while nothing else happens", async () => {
  for (let i = 0; i < 3; i++) await settleDeposit();
  const { root } = tree.l1.chain;
  undo(2);
  await tree.until(() => tree.l1.chain.epoch === 4, "the epochs have settled again");
  expect(tree.l1.chain.root).toBe(root);
  expect(tree.l1.chain.settled.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 2, 3]);
  expect(blocked()).toBeNull();
  await settleDeposit();
  expect(tree.settled.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
});

it("settles an epoch again that L1 has undone while the coordinator was away", async () => {
  for (let i = 0; i < 2; i++) await settleDeposit();
  await tree.stopCoordinator();
  undo(2);
  await tree.startCoordinator();
  expect(tree.l1.chain.epoch).toBe(3);
  await tree.online();
  await settleDeposit();
});

it("says what to do, and not to reset, where L1 has undone what was final; and goes on when that is back", async () => {
  for (let i = 0; i < 2; i++) await settleDeposit();
  const restore = undo(1, { isFinal: true });
  await tree.until(() => blocked() !== null, "the coordinator says so");
  expect(blocked()).toContain("This node saw epoch 2 settle, but L1 has settled only 1");
  expect(blocked()).toContain("Keep the data directory");
  expect(blocked()).not.toContain("reset");
  restore();
  await tree.until(() => blocked() === null, "L1 is back");
  await settleDeposit();
  expect(tree.settled.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
});
