import { depositEther, readSettled } from "@frond/contracts";
import type { TestNetwork } from "@frond/contracts/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { alice } from "../testing/bank.ts";
import { type RealTree, startRealTree } from "../testing/realLayerOne.ts";
import type { TestTree } from "../testing/testTree.ts";

/*
 * Reorganisations deeper than the confirmations, on a real contract and a real Ethereum node that is set back to a
 * snapshot. Deposits are of accounts that do not settle. Proofs of blocks are stand-ins.
 */

let real: RealTree;
let network: TestNetwork;
let tree: TestTree;
beforeEach(async () => {
  real = await startRealTree({ confirmations: 2n });
  ({ network, tree } = real);
});
afterEach(async () => {
  await real.close();
  expect(tree.failures).toEqual([]);
});

const request = <T>(method: string, params: unknown[] = []) => real.request<T>(method, params);
const untilWithBlocks: RealTree["untilWithBlocks"] = (condition, what) => real.untilWithBlocks(condition, what);
const mine = (blocks: number) => request("anvil_mine", [`0x${blocks.toString(16)}`]);
const epochOnLayerOne = async () => Number((await readSettled(network.owner)).epoch);
/** The next blocks are so much later: an expiry follows from the time of its deposit's block. */
const letTimePass = () => request("evm_increaseTime", [30]);
const deposit = (who: "alice" | "bob", amount: bigint) =>
  depositEther(network[who], { layer: tree.idOf("b"), recipient: alice, amount });

/** Deposits that were undone and not made again, as the coordinator has them on disk. */
const lostCount = () =>
  [...tree.tables.table<{ number?: number }>("lost").entries()].filter(([, { number }]) => number === undefined).length;

async function settle(): Promise<void> {
  const before = tree.settled.length;
  await untilWithBlocks(async () => {
    await tree.coordinator.endEpoch();
    return tree.settled.length > before;
  }, "an epoch has settled");
}

it("epochs that were undone are settled again, and the next one follows them", { timeout: 240_000 }, async () => {
  await deposit("alice", 100n);
  await untilWithBlocks(() => tree.balance("b") === 100n, "the deposit has arrived");
  const snapshot = await request<string>("evm_snapshot");
  await settle();
  await deposit("bob", 7n);
  await mine(10);
  const before = await readSettled(network.owner);
  expect(before.epoch).toBe(2n);
  await request("evm_revert", [snapshot]);
  // The same deposit is in a block again, as nodes see to.
  await deposit("bob", 7n);
  await untilWithBlocks(async () => (await epochOnLayerOne()) === 2, "the epoch has settled again");
  expect((await readSettled(network.owner)).root).toBe(before.root);
  await untilWithBlocks(() => tree.balance("b") === 107n, "the second deposit has arrived once");
  await settle();
  expect(tree.settled.at(-1)).toMatchObject({ epoch: 2, leftOut: [] });
  expect(tree.balance("b")).toBe(107n);
});

it("a settled deposit that has another number then is found again by what it is", { timeout: 240_000 }, async () => {
  const snapshot = await request<string>("evm_snapshot");
  await deposit("alice", 100n);
  await deposit("bob", 7n);
  await untilWithBlocks(() => tree.balance("b") === 107n, "the deposits have arrived");
  await settle();
  await mine(10);
  await request("evm_revert", [snapshot]);
  await letTimePass();
  await deposit("bob", 7n);
  await untilWithBlocks(async () => {
    // One of its deposits is missing, so the epoch waits.
    return tree.coordinator.network().epoch.settled === 1;
  }, "L1 is behind");
  expect(await epochOnLayerOne()).toBe(1);
  await deposit("alice", 100n);
  await untilWithBlocks(async () => (await epochOnLayerOne()) === 2, "the epoch has settled again");
  await deposit("alice", 5n);
  await untilWithBlocks(() => tree.balance("b") === 112n, "another deposit has arrived");
  await settle();
  expect(tree.settled.at(-1)).toMatchObject({ epoch: 2, leftOut: [] });
});

it("a settled deposit that has its number again with another expiry is the same", { timeout: 240_000 }, async () => {
  const snapshot = await request<string>("evm_snapshot");
  const first = await deposit("alice", 100n);
  await untilWithBlocks(() => tree.balance("b") === 100n, "the deposit has arrived");
  await settle();
  await mine(10);
  await request("evm_revert", [snapshot]);
  await letTimePass();
  const again = await deposit("alice", 100n);
  expect([again.id, again.expiry > first.expiry]).toEqual([first.id, true]);
  await untilWithBlocks(async () => (await epochOnLayerOne()) === 2, "the epoch has settled again");
  await untilWithBlocks(() => lostCount() === 0, "no deposit is lost");
  await deposit("alice", 5n);
  await untilWithBlocks(() => tree.balance("b") === 105n, "another deposit has arrived");
  await settle();
  expect(tree.settled.at(-1)).toMatchObject({ epoch: 2, leftOut: [] });
});

it("a deposit that waits and has another expiry is used with that", { timeout: 240_000 }, async () => {
  const snapshot = await request<string>("evm_snapshot");
  await deposit("alice", 100n);
  await untilWithBlocks(() => tree.balance("b") === 100n, "the deposit has arrived");
  await mine(10);
  await request("evm_revert", [snapshot]);
  await letTimePass();
  const { expiry } = await deposit("alice", 100n);
  await mine(20);
  const kept = () => tree.tables.table<{ expiry: number }>("deposits").get("0")?.expiry;
  await untilWithBlocks(() => kept() === Number(expiry), "the expiry is known");
  await settle();
  expect(tree.settled.at(-1)).toMatchObject({ epoch: 1, leftOut: [] });
  expect(tree.balance("b")).toBe(100n);
});

it("a deposit that is made again after it was undone is not credited twice, and an equal one later is", async () => {
  const snapshot = await request<string>("evm_snapshot");
  await deposit("alice", 100n);
  await untilWithBlocks(() => tree.balance("b") === 100n, "the deposit has arrived");
  await mine(10);
  await request("evm_revert", [snapshot]);
  // Others have come meanwhile: hers has another number then.
  await deposit("bob", 7n);
  await mine(20);
  await tree.until(() => lostCount() === 1, "the deposit is known to be lost");
  await deposit("alice", 100n);
  await untilWithBlocks(() => lostCount() === 0, "the deposit is there again");
  expect(tree.balance("b")).toBe(100n);
  await settle();
  expect(tree.settled.at(-1)).toMatchObject({ epoch: 1, leftOut: [] });
  await deposit("alice", 100n);
  await untilWithBlocks(() => tree.balance("b") === 200n, "the next one has arrived");
  await settle();
  expect(tree.settled.at(-1)).toMatchObject({ epoch: 2, leftOut: [] });
}, 240_000);
