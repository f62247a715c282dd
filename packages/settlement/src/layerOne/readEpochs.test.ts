import { depositEther, settleEpoch, settlementAbi } from "@frond/contracts";
import { type RpcProxy, startRpcProxy } from "@frond/contracts/testing";
import type { EpochData } from "@frond/follower";
import { type SettledHistory, settledHistory } from "@frond/follower/testing";
import { MessageKind, PRODUCED_BY_L1, readSegments } from "@frond/protocol";
import { createPublicClient, type Hex, http, type PublicClient } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { blobsOf } from "../testing/blobsOf.ts";
import type { EpochOnLayerOne } from "../types.ts";
import { readEpochs } from "./readEpochs.ts";

/* Epochs with blobs on a real Ethereum node, whose requests are counted. */

const EPOCHS = 5;
/** The one in which nothing happens. */
const EMPTY = 3;

let settled: SettledHistory;
let proxy: RpcProxy;
let publicClient: PublicClient;
const made: EpochData[] = [];
/** L1 without the last two epochs. */
let beforeTwo: unknown;
beforeAll(async () => {
  settled = await settledHistory(81);
  const { history, network } = settled;
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    if (epoch === EPOCHS - 1) beforeTwo = await network.request("evm_snapshot");
    made.push(history.settle(() => (epoch === EMPTY ? undefined : history.block([0]))));
    await settled.settle(made.at(-1)!);
  }
  proxy = await startRpcProxy(network.anvil.url);
  publicClient = createPublicClient({
    chain: foundry,
    transport: http(proxy.url, { retryCount: 0, timeout: 120_000 }),
    cacheTime: 0,
  }) as PublicClient;
}, 240_000);
afterAll(() => Promise.all([proxy.close(), settled.network.close()]));
beforeEach(() => void proxy.calls.splice(0));

async function read(
  epochs: { readonly from: number; readonly last: number },
  safeBlock = () => publicClient.getBlockNumber(),
): Promise<EpochOnLayerOne[]> {
  const { deploymentBlock, address } = settled.network.deployment;
  const options = { publicClient, settlement: address, deploymentBlock, safeBlock, blobs: blobsOf(publicClient) };
  const all: EpochOnLayerOne[] = [];
  for await (const epoch of readEpochs(options, epochs)) all.push(epoch);
  return all;
}

const REFUSED = { error: { code: -32005, message: "too many blocks" } };
type Range = readonly [{ readonly fromBlock: Hex; readonly toBlock: Hex }];
const fromBlockOf = (params: readonly unknown[]) => BigInt((params as Range)[0].fromBlock);
const toBlockOf = (params: readonly unknown[]) => BigInt((params as Range)[0].toBlock);

const countOf = (method: string) => proxy.calls.filter((call) => call.method === method).length;

it("reads epochs in order, with one search for all of them, and each transaction once", async () => {
  const epochs = await read({ from: 1, last: EPOCHS });
  expect(epochs.map(({ epoch, rootIn, rootOut, until }) => ({ epoch, rootIn, rootOut, until }))).toEqual(
    made.map(({ epoch, rootIn, rootOut, until }) => ({ epoch, rootIn, rootOut, until })),
  );
  expect(epochs.map(({ data }) => readSegments(data))).toEqual(made.map(({ words }) => readSegments(words)));
  expect(epochs[EMPTY - 1]!.data).toEqual([]);
  // Of the empty epoch, the event says everything.
  expect([countOf("eth_getLogs"), countOf("eth_getTransactionByHash")]).toEqual([1, EPOCHS - 1]);
});

it("begins at the first epoch that is asked for", async () => {
  expect((await read({ from: EMPTY, last: EMPTY + 1 })).map(({ epoch }) => epoch)).toEqual([EMPTY, EMPTY + 1]);
  expect([countOf("eth_getLogs"), countOf("eth_getTransactionByHash")]).toEqual([2, 1]);
});

it("reads no blob before all epochs are in safe blocks", async () => {
  const behind = async () => (await publicClient.getBlockNumber()) - 1n;
  await expect(read({ from: 2, last: EPOCHS }, behind)).rejects.toMatchObject({
    code: "settlement/epoch-unreadable",
    message: expect.stringMatching(/^Epoch 5 can't be read from L1: L1 has it in no block that is confirmed;/),
  });
  await expect(read({ from: EPOCHS, last: EPOCHS }, behind)).rejects.toThrow(/^Epoch 5 can't be read/);
  await expect(read({ from: 2, last: EPOCHS + 1 })).rejects.toThrow(/^Epoch 6 can't be read/);
  await expect(read({ from: EPOCHS + 1, last: EPOCHS + 1 })).rejects.toThrow(/^Epoch 6 can't be read .* no such epoch/);
  expect(countOf("eth_getTransactionByHash")).toBe(0);
});

it("reads again what L1 has undone between two pages", async () => {
  const { network, settle } = settled;
  const [undone, last] = made.slice(-2) as [EpochData, EpochData];
  const logs = await network.publicClient.getContractEvents({
    ...{ address: network.deployment.address, abi: settlementAbi, eventName: "EpochSettled", fromBlock: 0n },
  });
  const { blockNumber } = logs.at(-2)!;
  const hasRead = () =>
    proxy.calls.some(({ method, params }) => method === "eth_getLogs" && toBlockOf(params) === blockNumber);
  let isUndone = false;
  proxy.intercept = async ({ method, params }) => {
    // Every page is a block.
    if (method === "eth_getLogs" && fromBlockOf(params) < toBlockOf(params)) return REFUSED;
    if (method !== "eth_blockNumber" || isUndone || !hasRead()) return undefined;
    isUndone = true;
    await network.request("evm_revert", beforeTwo);
    for (const epoch of [undone, last]) await settle(epoch);
    return undefined;
  };
  const epochs = await read({ from: 1, last: EPOCHS });
  proxy.intercept = () => undefined;
  expect([isUndone, epochs.map(({ epoch }) => epoch)]).toEqual([true, [1, 2, 3, 4, 5]]);
}, 240_000);

it("of an epoch without its arguments, takes what does not wait on L1 any more to be used", async () => {
  const { alice, owner, propose } = settled.network;
  const layer = settled.history.trunk.record.layerId;
  const queued = await depositEther(alice, { layer, recipient: 2n, amount: 100n });
  await depositEther(alice, { layer, recipient: 2n, amount: 100n });
  const deposit = { direction: PRODUCED_BY_L1, kind: MessageKind.deposit, asset: 1, amount: 100n, layer } as const;
  const payload = BigInt(alice.wallet.account.address);
  await settleEpoch(owner, await propose({ items: [{ ...deposit, recipient: 2n, payload }], used: [queued] }));
  expect((await read({ from: EPOCHS + 1, last: EPOCHS + 1 }))[0]!.deposits).toEqual([Number(queued.id)]);
});
