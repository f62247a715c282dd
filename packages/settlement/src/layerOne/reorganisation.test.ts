import { depositEther, readSettled } from "@frond/contracts";
import { createTestNetwork, type TestNetwork } from "@frond/contracts/testing";
import type { Field } from "@frond/foundation";
import { hexToBytes, type PublicClient } from "viem";
import { afterEach, expect, it } from "vitest";
import { alice } from "../testing/bank.ts";
import { senderOf } from "../testing/senderOf.ts";
import { type RealLayerOne, startTestTree, type TestTree } from "../testing/testTree.ts";
import { createLayerOne } from "./createLayerOne.ts";

/*
 * Reorganisations deeper than the confirmations, on a real contract and a real Ethereum node that is set back to a
 * snapshot. Deposits are of accounts that do not settle. Proofs of blocks are stand-ins.
 */

const CONFIRMATIONS = 2n;

let network: TestNetwork;
let tree: TestTree;
afterEach(async () => {
  await tree.close();
  await network.close();
  expect(tree.failures).toEqual([]);
});

async function start(): Promise<void> {
  tree = await startTestTree({ realLayerOne });
  await tree.online();
}

async function realLayerOne(genesisRoot: Field): Promise<RealLayerOne> {
  network = await createTestNetwork(genesisRoot);
  const { publicClient, deployment } = network;
  const layerOne = createLayerOne({
    publicClient,
    sender: senderOf(network),
    settlement: deployment.address,
    verifier: deployment.verifier,
    deploymentBlock: deployment.deploymentBlock,
    safeBlock: async () => (await publicClient.getBlockNumber({ cacheTime: 0 })) - CONFIRMATIONS,
  });
  const proveSettlement = async (expect: readonly Field[]) => hexToBytes(await network.prover.prove(expect as never));
  return { layerOne, settlement: deployment.address, proveSettlement };
}

const request = <T>(method: string, params: unknown[] = []) =>
  (network.publicClient as PublicClient).request({ method, params } as never) as Promise<T>;
const mine = (blocks: number) => request("anvil_mine", [`0x${blocks.toString(16)}`]);
const epochOnLayerOne = async () => Number((await readSettled(network.owner)).epoch);
const deposit = (who: "alice" | "bob", amount: bigint) =>
  depositEther(network[who], { layer: tree.idOf("b"), recipient: alice, amount });

/** Blocks, as L1 makes them without anybody's doing, while something is waited for. */
async function untilWithBlocks(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  await tree.until(async () => {
    await mine(1);
    return condition();
  }, what);
}

async function settle(): Promise<void> {
  const before = tree.settled.length;
  await untilWithBlocks(async () => {
    await tree.coordinator.endEpoch();
    return tree.settled.length > before;
  }, "an epoch has settled");
}

it("epochs that were undone are settled again, and the next one follows them", { timeout: 60_000 }, async () => {
  await start();
  await deposit("alice", 100n);
  await untilWithBlocks(() => tree.balance("b") === 100n, "the deposit has arrived");
  const snapshot = await request<string>("evm_snapshot");
  await settle();
  await deposit("bob", 7n);
  await mine(10);
  const before = await readSettled(network.owner);
  expect(before.epoch).toBe(2n);
  await request("evm_revert", [snapshot]);
  expect(await epochOnLayerOne()).toBe(1);
  // The same deposit is in a block again, as nodes see to.
  await deposit("bob", 7n);
  await untilWithBlocks(async () => (await epochOnLayerOne()) === 2, "the epoch has settled again");
  expect((await readSettled(network.owner)).root).toBe(before.root);
  await untilWithBlocks(() => tree.balance("b") === 107n, "the second deposit has arrived once");
  await settle();
  expect(tree.settled.at(-1)).toMatchObject({ epoch: 2, leftOut: [] });
  expect(tree.balance("b")).toBe(107n);
});

it("a settled deposit that has another number then is found again by what it is", { timeout: 60_000 }, async () => {
  await start();
  const snapshot = await request<string>("evm_snapshot");
  await deposit("alice", 100n);
  await deposit("bob", 7n);
  await untilWithBlocks(() => tree.balance("b") === 107n, "the deposits have arrived");
  await settle();
  await mine(10);
  await request("evm_revert", [snapshot]);
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
