import { createPublicClient, type PublicClient } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, expect, it } from "vitest";
import { settleEpoch } from "../actions.ts";
import { depositEther } from "../deposit.ts";
import { findEpoch, getDeposits } from "../events.ts";
import { layerOneTransport } from "../layerOneTransport.ts";
import { type RpcProxy, type Said, startRpcProxy } from "../testing/rpcProxy.ts";
import { createTestNetwork, type TestNetwork } from "../testing/testNetwork.ts";
import { createDepositReader, type DepositCursor } from "./createDepositReader.ts";

/** Of the provider: for how many blocks, and how many events, it answers at once. */
const MOST_BLOCKS = 50;
const MOST_LOGS = 4;

let network: TestNetwork;
let proxy: RpcProxy;
beforeAll(async () => {
  network = await createTestNetwork();
  proxy = await startRpcProxy(network.anvil.url);
  proxy.intercept = limited;
});
afterAll(() => Promise.all([network.close(), proxy.close()]));

type Filter = { readonly fromBlock: string; readonly toBlock: string };

async function limited({ method, params }: { method: string; params: readonly unknown[] }): Promise<Said | undefined> {
  if (method !== "eth_getLogs") return undefined;
  const { fromBlock, toBlock } = params[0] as Filter;
  const refuse = (message: string) => ({ error: { code: -32005, message } });
  if (Number(toBlock) - Number(fromBlock) + 1 > MOST_BLOCKS) return refuse("block range is too wide");
  const logs = (await network.publicClient.request({ method, params } as never)) as unknown[];
  return logs.length > MOST_LOGS ? refuse("query returned more than 10000 results") : undefined;
}

const clientOf = (url: string) =>
  createPublicClient({ chain: foundry, transport: layerOneTransport(url, { retryCount: 0 }) }) as PublicClient;
const head = () => network.publicClient.getBlockNumber({ cacheTime: 0 });
const readerOf = (safeBlock = head) =>
  createDepositReader({
    publicClient: clientOf(proxy.url),
    settlement: network.deployment.address,
    deploymentBlock: network.deployment.deploymentBlock,
    safeBlock,
  });
const request = <T>(method: string, params: unknown[] = []) =>
  (network.publicClient as PublicClient).request({ method, params } as never) as Promise<T>;
const mine = (blocks: number) => request("anvil_mine", [`0x${blocks.toString(16)}`]);
const deposit = (amount: bigint, layer = 8n, who: "alice" | "bob" = "alice") =>
  depositEther(network[who], { layer, recipient: 9n, amount });

async function readAll(cursor: DepositCursor | undefined, reader = readerOf()) {
  const amounts: bigint[] = [];
  let undoneFrom: number | undefined;
  for (;;) {
    const page = await reader.page(cursor);
    for (const { amount } of page.deposits) amounts.push(amount);
    undoneFrom ??= page.undoneFrom;
    cursor = page.cursor;
    if (page.isLast) return { amounts, cursor, undoneFrom };
  }
}

let cursor: DepositCursor;

it("reads all deposits behind a provider with limits, each once", async () => {
  for (let amount = 1n; amount <= 10n; amount++) await deposit(amount);
  await mine(300);
  for (let amount = 11n; amount <= 20n; amount++) await deposit(amount);
  const read = await readAll(undefined);
  expect(read.amounts).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(i + 1)));
  expect(read.cursor.next).toBe(Number(await head()) + 1);
  cursor = read.cursor;
});

it("goes on after a restart where it was, and reads nothing before it", async () => {
  await deposit(21n);
  proxy.calls.length = 0;
  const read = await readAll(cursor);
  expect(read.amounts).toEqual([21n]);
  const asked = proxy.calls.filter(({ method }) => method === "eth_getLogs").map(({ params }) => params[0] as Filter);
  expect(Math.min(...asked.map(({ fromBlock }) => Number(fromBlock)))).toBe(cursor.next);
  cursor = read.cursor;
});

it("keeps few marks, however many blocks it has followed", async () => {
  for (let i = 0; i < 60; i++) {
    await mine(1);
    cursor = (await readAll(cursor)).cursor;
  }
  expect(cursor.marks.length).toBeLessThan(30);
  expect(cursor.marks[0]!.block).toBe(cursor.next - 1);
});

it("finds a reorganisation of blocks that it has read, and reads from there again", async () => {
  const snapshot = await request<string>("evm_snapshot");
  const before = Number(await head());
  for (let i = 0; i < 12; i++) {
    await deposit(100n + BigInt(i));
    cursor = (await readAll(cursor)).cursor;
  }
  await request("evm_revert", [snapshot]);
  // L1 is behind what was read: nothing is known of these blocks yet.
  expect(await readAll(cursor)).toEqual({ amounts: [], cursor, undoneFrom: undefined });
  await deposit(77n, 8n, "bob");
  await mine(20);
  const read = await readAll(cursor);
  expect(read.undoneFrom).toBe(before + 1);
  expect(read.amounts).toEqual([77n]);
  expect(await readAll(read.cursor)).toMatchObject({ amounts: [], undoneFrom: undefined });
  cursor = read.cursor;
});

it("reads those of some layers", async () => {
  await deposit(31n, 5n);
  await deposit(32n, 6n);
  const last = Number(await head());
  const found: bigint[] = [];
  for (let from = Number(network.deployment.deploymentBlock); from <= last; ) {
    const { deposits, next } = await readerOf().pageOfLayers([5n, 6n], { from, last });
    found.push(...deposits.map(({ amount }) => amount));
    from = next;
  }
  expect(found).toEqual([31n, 32n]);
});

it("notices what a node leaves out that is behind, and reads it again", async () => {
  const isBehind = ({ id, method }: { readonly id: number; readonly method: string }) =>
    method === "eth_getLogs" ? { body: JSON.stringify({ jsonrpc: "2.0", id, result: [] }) } : undefined;
  cursor = (await readAll(cursor)).cursor;
  const reader = readerOf();
  await deposit(41n);
  proxy.intercept = isBehind;
  await expect(reader.page(cursor)).rejects.toMatchObject({ code: "contracts/deposits-missing" });
  proxy.intercept = limited;
  const read = await readAll(cursor, reader);
  expect(read.amounts.at(-1)).toBe(41n);
  cursor = read.cursor;
});

it("notices what was left out, where a node does not say how many there are, by the next deposit", async () => {
  const error = { code: -32000, message: "missing trie node" };
  proxy.intercept = ({ id, method }) => {
    if (method === "eth_call") return { error };
    return method === "eth_getLogs" ? { body: JSON.stringify({ jsonrpc: "2.0", id, result: [] }) } : undefined;
  };
  await deposit(42n);
  const passed = await readAll(cursor);
  expect(passed.amounts).toEqual([]);
  proxy.intercept = limited;
  await deposit(43n);
  const reader = readerOf();
  await expect(readAll(passed.cursor, reader)).rejects.toMatchObject({ code: "contracts/deposits-missing" });
  const read = await readAll(passed.cursor, reader);
  expect(read.amounts.slice(-2)).toEqual([42n, 43n]);
  cursor = read.cursor;
  expect((await readAll(cursor)).amounts).toEqual([]);
});

it("finds where an epoch settled, from the end", async () => {
  const { hash } = await settleEpoch(network.owner, await network.propose({}));
  await mine(200);
  const query = {
    publicClient: clientOf(proxy.url),
    settlement: network.deployment.address,
    fromBlock: network.deployment.deploymentBlock,
  };
  expect((await findEpoch(query, 1n))?.transaction).toBe(hash);
  expect(await findEpoch(query, 2n)).toBeUndefined();
});

it("reads 130,000 deposits, ten thousand in each answer", async () => {
  const { block, hash } = await deposit(1n, 6n);
  await mine(12);
  const { logs } = await network.publicClient.getTransactionReceipt({ hash });
  const filter = {
    fromBlock: `0x${block.toString(16)}`,
    toBlock: `0x${block.toString(16)}`,
    address: logs[0]!.address,
  };
  const [log] = (await request<unknown[]>("eth_getLogs", [filter])) as [unknown];
  const body = `{"jsonrpc":"2.0","id":1,"result":[${Array(10_000).fill(JSON.stringify(log)).join(",")}]}`;
  proxy.intercept = ({ method, params }) => {
    if (method !== "eth_getLogs") return undefined;
    const { fromBlock, toBlock } = params[0] as Filter;
    return fromBlock === toBlock ? { body } : { error: { code: -32005, message: "more than 10000 results" } };
  };
  const query = { publicClient: clientOf(proxy.url), settlement: network.deployment.address };
  expect((await getDeposits({ ...query, fromBlock: block })).events).toHaveLength(130_000);
  proxy.intercept = limited;
});
