import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Anvil, type AnvilOptions, startAnvil } from "../startAnvil.ts";
import { walletOf } from "../testing/testNetwork.ts";
import { untilMined } from "../untilMined.ts";
import { localClient } from "./createSaver.ts";

const recipient = "0x00000000000000000000000000000000000000ff";

let directory: string;
let statePath: string;
let anvil: Anvil;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "frond-chain-"));
  statePath = join(directory, "l1.json");
  anvil = await startAnvil({ statePath });
});
afterEach(async () => {
  await anvil.stop();
  rmSync(directory, { recursive: true });
});

const send = (value: bigint) => walletOf(anvil, 0).sendTransaction({ to: recipient, value });
/** A busy node answers before it has made the block. */
const pay = async (value: bigint) => untilMined(localClient(anvil.url), { hash: await send(value) });
const balance = () => localClient(anvil.url).getBalance({ address: recipient });
const lines = () => readFileSync(`${statePath}.log`, "utf8").split("\n").length - 1;

async function killAndStart(options: AnvilOptions = {}): Promise<void> {
  process.kill(-anvil.pid, "SIGKILL");
  await anvil.ended;
  anvil = await startAnvil({ statePath, port: anvil.port, ...options });
}

it("writes for a block what is in the block, however long the chain is", async () => {
  await localClient(anvil.url).mine({ blocks: 3_000 });
  await anvil.save();
  const { size, mtimeMs } = statSync(statePath);
  expect(size).toBeGreaterThan(3_000_000);
  for (let i = 0; i < 5; i++) {
    await pay(1n);
    await anvil.save();
  }
  expect(statSync(statePath).mtimeMs).toBe(mtimeMs);
  expect(statSync(`${statePath}.log`).size).toBeLessThan(5_000);
});

it("makes logged blocks again after a kill: transactions in their order, receipts, times and what comes next", async () => {
  const client = localClient(anvil.url);
  await anvil.save();
  await client.setAutomine(false);
  await client.setNextBlockTimestamp({ timestamp: BigInt(Math.floor(Date.now() / 1_000)) + 500n });
  // The second pays more for its place, which by fees would be the first.
  const hashes = [
    await send(1n),
    await walletOf(anvil, 1).sendTransaction({ to: recipient, value: 2n, maxPriorityFeePerGas: 2_000_000_000n }),
  ];
  await client.mine({ blocks: 1 });
  await client.setAutomine(true);
  await pay(4n);
  expect(await anvil.save()).toBe(2n);
  const before = await Promise.all(hashes.map((hash) => client.getTransactionReceipt({ hash })));
  const { timestamp, receiptsRoot } = await client.getBlock({ blockNumber: 1n });
  for (let round = 0; round < 2; round++) {
    await killAndStart();
    expect(await client.getBlockNumber({ cacheTime: 0 })).toBe(2n);
    expect(await balance()).toBe(7n);
    expect(await client.getBlock({ blockNumber: 1n })).toMatchObject({ timestamp, receiptsRoot });
    for (const [i, hash] of hashes.entries()) {
      const { status, transactionIndex, gasUsed } = await client.getTransactionReceipt({ hash });
      const { transactionIndex: index, gasUsed: gas } = before[i]!;
      expect({ status, transactionIndex, gasUsed }).toEqual({
        status: "success",
        transactionIndex: index,
        gasUsed: gas,
      });
    }
  }
  await pay(8n);
  expect(await balance()).toBe(15n);
  await anvil.save();
  await killAndStart();
  expect(await balance()).toBe(15n);
});

it("goes on by its clock, and with blocks in time, after it has made blocks again", async () => {
  await anvil.save();
  await pay(1n);
  await anvil.save();
  await killAndStart({ blockSeconds: 1 });
  const client = localClient(anvil.url);
  const first = await client.getBlockNumber({ cacheTime: 0 });
  await expect.poll(() => client.getBlockNumber({ cacheTime: 0 }), { timeout: 5_000 }).toBeGreaterThan(first + 1n);
  const { timestamp } = await client.getBlock({ blockTag: "latest" });
  expect(Math.abs(Number(timestamp) - Date.now() / 1_000)).toBeLessThan(5);
});

it("writes the whole state when somebody has changed it by hand, and mined a block", async () => {
  await anvil.save();
  await localClient(anvil.url).setBalance({ address: recipient, value: 99n });
  await localClient(anvil.url).mine({ blocks: 1 });
  await anvil.save();
  expect(lines()).toBe(0);
  await killAndStart();
  expect(await balance()).toBe(99n);
});

it("writes the whole state when the chain was set back, and now and then", async () => {
  const client = localClient(anvil.url);
  await anvil.save();
  const snapshot = await client.snapshot();
  await pay(1n);
  await anvil.save();
  expect(lines()).toBe(1);
  await client.revert({ id: snapshot });
  await pay(2n);
  await pay(4n);
  await anvil.save();
  expect(lines()).toBe(0);
  await killAndStart();
  expect(await balance()).toBe(6n);
  await killAndStart({ blockSeconds: 1_000 });
  await anvil.save();
  await client.mine({ blocks: 499 });
  await anvil.save();
  expect(lines()).toBe(499);
  await client.mine({ blocks: 2 });
  await anvil.save();
  expect(lines()).toBe(0);
});

it("ignores a line that was not written whole, and refuses what does not lead to the state that was", async () => {
  await anvil.save();
  await pay(1n);
  await anvil.save();
  appendFileSync(`${statePath}.log`, '{"number":2,"ha');
  await killAndStart();
  expect(await balance()).toBe(1n);
  await anvil.save();
  // It stores a word, which takes gas.
  await localClient(anvil.url).setCode({ address: recipient, bytecode: "0x6001600055" });
  await pay(2n);
  await anvil.save();
  process.kill(-anvil.pid, "SIGKILL");
  await anvil.ended;
  const refused = startAnvil({ statePath, port: anvil.port });
  await expect(refused).rejects.toMatchObject({
    code: "contracts/local-chain",
    data: { log: `${statePath}.log`, block: 2 },
  });
  rmSync(`${statePath}.log`);
  anvil = await startAnvil({ statePath });
  expect(await balance()).toBe(1n);
});

it("has no log after it was stopped", async () => {
  await anvil.save();
  await pay(1n);
  await anvil.save();
  await anvil.stop();
  expect(existsSync(`${statePath}.log`)).toBe(false);
  anvil = await startAnvil({ statePath });
  expect(await balance()).toBe(1n);
});
