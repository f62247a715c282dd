import { depositEther, readSettled, settleEpoch, settlementAbi } from "@frond/contracts";
import { createTestNetwork, startRpcProxy, type TestNetwork } from "@frond/contracts/testing";
import { type Field, sleep } from "@frond/foundation";
import { createPublicClient, hexToBytes, http, type PublicClient } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TOLERANCE_MILLISECONDS } from "../coordinator/networkClock.ts";
import { alice } from "../testing/bank.ts";
import { blobsOf } from "../testing/blobsOf.ts";
import { senderOf } from "../testing/senderOf.ts";
import { type RealLayerOne, startTestTree, type TestTree } from "../testing/testTree.ts";
import { createLayerOne } from "./createLayerOne.ts";

/*
 * Epochs of a tree on the real contract and a real Ethereum node: the contract packs the window itself, and its
 * verifier (of a stand-in circuit with the settlement's public inputs) refuses the proof of another one. Proofs below
 * are stand-ins.
 */

const AHEAD_SECONDS = 3_600;

let network: TestNetwork;
let tree: TestTree;

beforeAll(async () => {
  tree = await startTestTree({ realLayerOne });
  await tree.online();
}, 120_000);
afterAll(async () => {
  await tree.close();
  await network.close();
  expect(tree.failures).toEqual([]);
});

async function realLayerOne(genesisRoot: Field, layers: readonly Field[]): Promise<RealLayerOne> {
  network = await createTestNetwork({ root: genesisRoot, layers });
  const { deployment } = network;
  const layerOne = layerOneBy(network.publicClient);
  const proveSettlement = async (expect: readonly Field[]) => hexToBytes(await network.prover.prove(expect as never));
  return { layerOne, settlement: deployment.address, proveSettlement };
}

function layerOneBy(publicClient: PublicClient) {
  const { deployment } = network;
  return createLayerOne({
    publicClient,
    sender: senderOf({ ...network, publicClient }),
    settlement: deployment.address,
    verifier: deployment.verifier,
    deploymentBlock: deployment.deploymentBlock,
    blobs: blobsOf(publicClient),
    safeBlock: () => publicClient.getBlockNumber({ cacheTime: 0 }),
  });
}

const setClock = (seconds: number) =>
  network.publicClient.request({ method: "anvil_setTime", params: [seconds] } as never);
const settledUntil = async () => Number((await readSettled(network.owner)).settledUntil);

async function fund(amount: bigint): Promise<void> {
  const before = tree.balance("b");
  await depositEther(network.owner, { layer: tree.idOf("b"), recipient: alice, amount });
  await tree.until(() => tree.balance("b") === before + amount, "the deposit has arrived");
}

it("tolerates of an epoch's end what the coordinator relies on", async () => {
  const { publicClient, deployment } = network;
  const contract = { address: deployment.address, abi: settlementAbi } as const;
  const tolerance = await publicClient.readContract({ ...contract, functionName: "TOLERANCE_MILLISECONDS" });
  expect(Number(tolerance)).toBe(TOLERANCE_MILLISECONDS);
});

it.each([
  ["answers null for", { body: '{"jsonrpc":"2.0","id":1,"result":null}' }],
  ["refuses", { error: { code: -32000, message: "pending block is not available" } }],
] as const)("knows the time of a node that %s its pending block", async (_what, said) => {
  const proxy = await startRpcProxy(network.anvil.url);
  proxy.intercept = ({ params }) => (params?.includes("pending") ? said : undefined);
  const client = createPublicClient({ chain: foundry, transport: http(proxy.url, { retryCount: 0 }) });
  const { timestamp } = await network.publicClient.getBlock();
  expect(await layerOneBy(client as PublicClient).time()).toBe(Number(timestamp) * 1_000);
  await proxy.close();
});

it("takes epochs whose windows follow each other, and says which deposits each has used", {
  timeout: 240_000,
}, async () => {
  for (const epoch of [1, 2]) {
    await fund(100n);
    const before = Date.now();
    expect(await tree.settle()).toMatchObject({ epoch, leftOut: [] });
    const told = layerOneBy(network.publicClient).epochs(epoch, epoch);
    for await (const { deposits } of told) expect(deposits).toEqual([epoch - 1]);
    const until = await settledUntil();
    expect(until).toBeGreaterThan(before - TOLERANCE_MILLISECONDS);
    expect(until).toBeLessThan(Date.now() + TOLERANCE_MILLISECONDS);
    const { store } = tree.layer("b");
    expect(until).toBeGreaterThanOrEqual(store.block(store.lastBlockNumber())!.time);
  }
});

it("says where an epoch of no blocks ended that somebody else settled, and the next one begins there", async () => {
  await fund(100n);
  const before = tree.settled.length;
  const { root, epoch } = await readSettled(network.owner);
  await settleEpoch(network.owner, await network.propose({ rootOut: root, until: BigInt(Date.now() + 1_000) }));
  expect(await tree.settle()).toMatchObject({ epoch: Number(epoch) + 1, leftOut: [] });
  expect(tree.settled.length).toBe(before + 1);
  expect(tree.layer("b").sequencer.session).toBe(1);
}, 240_000);

it("is followed when its clock jumps, and waited for when it jumps back", { timeout: 240_000 }, async () => {
  const seconds = Math.floor(Date.now() / 1_000);
  await setClock(seconds + AHEAD_SECONDS);
  const ahead = (seconds + AHEAD_SECONDS) * 1_000;
  await tree.until(async () => {
    await sleep(50);
    const { time } = await tree.call("b", "pay", [0xb0bn, 1n]);
    return time >= ahead;
  }, "the layer's blocks have L1's time");
  await setClock(seconds + 60);
  await tree.until(async () => {
    await tree.coordinator.endEpoch();
    return tree.coordinator.network().epoch.blocked !== null;
  }, "the epoch waits for L1");
  expect(tree.coordinator.network().epoch).toMatchObject({ proving: 5, stage: "submitting" });
  expect(await settledUntil()).toBeLessThan(ahead);
  await setClock(seconds + AHEAD_SECONDS + 60);
  await tree.until(() => tree.settled.length === 4, "the epoch has settled");
  expect(await settledUntil()).toBeGreaterThanOrEqual(ahead);
});

it("asks for no more than the last block while there is no other, and sees what the next one has", async () => {
  const proxy = await startRpcProxy(network.anvil.url);
  const asked: string[] = [];
  proxy.intercept = ({ method }) => void asked.push(method);
  const client = createPublicClient({ chain: foundry, transport: http(proxy.url) });
  const layerOne = layerOneBy(client as PublicClient);
  const read = async () => [await layerOne.state(), await layerOne.freezes(), await layerOne.isIdle()];
  const before = await read();
  const page = await layerOne.deposits(undefined);
  const forced = await layerOne.forced(undefined);
  asked.length = 0;
  expect(await read()).toEqual(before);
  expect(await layerOne.deposits(page.cursor)).toMatchObject({ deposits: [], cursor: page.cursor, isLast: true });
  expect(await layerOne.forced(forced.cursor)).toMatchObject({ deposits: [], cursor: forced.cursor, isLast: true });
  expect(asked.length).toBeLessThan(6);
  expect(new Set(asked)).toEqual(new Set(["eth_getBlockByNumber"]));
  const id = page.deposits.length;
  await depositEther(network.owner, { layer: tree.idOf("b"), recipient: alice, amount: 1n });
  await tree.until(async () => {
    const { deposits } = await layerOne.deposits(page.cursor);
    return deposits.some((deposit) => deposit.id === id);
  }, "the deposit is read");
  await proxy.close();
});
