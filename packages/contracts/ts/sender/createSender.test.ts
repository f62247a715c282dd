import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "@frond/foundation";
import { createTestClient, type Hex, type LocalAccount, parseGwei, parseTransaction, publicActions } from "viem";
import { foundry } from "viem/chains";
import { afterEach, beforeEach, expect, it } from "vitest";
import { layerOneTransport } from "../layerOneTransport.ts";
import { localSigner } from "../signer/localSigner.ts";
import { type Anvil, startAnvil } from "../startAnvil.ts";
import { startRpcProxy } from "../testing/rpcProxy.ts";
import { walletOf } from "../testing/testNetwork.ts";
import { createSender } from "./createSender.ts";
import { fileRecords } from "./records.ts";
import type { Sender, SenderOptions } from "./state.ts";

const recipient = "0x00000000000000000000000000000000000000ff";
const pay = (value: bigint) => ({ to: recipient, data: "0x" as Hex, value }) as const;

let anvil: Anvil;
let directory: string;
beforeEach(async () => {
  anvil = await startAnvil();
  directory = mkdtempSync(join(tmpdir(), "frond-sender-"));
});
afterEach(async () => {
  await anvil.stop();
  rmSync(directory, { recursive: true });
});

const clientOf = (url: string) =>
  createTestClient({ mode: "anvil", chain: foundry, transport: layerOneTransport(url), pollingInterval: 20 }).extend(
    publicActions,
  );
type Client = ReturnType<typeof clientOf>;

/** A sender of anvil's first account; the same directory is the same sender after a restart. */
function openSender(
  options: Partial<SenderOptions> & { url?: string; finalBlock?: () => Promise<bigint> } = {},
): Sender {
  const { url = anvil.url, finalBlock = async () => -1n, ...rest } = options;
  const signer = localSigner(walletOf(anvil, 0).account as LocalAccount);
  const patience = { raiseMilliseconds: 200, repeatMilliseconds: 100, missedMilliseconds: 200, ...rest.patience };
  return createSender(
    { chainId: foundry.id, maxFeePerGas: parseGwei("100"), pollMilliseconds: 20, ...rest, patience },
    { publicClient: clientOf(url) as never, signer, records: fileRecords(join(directory, "l1.json")), finalBlock },
  );
}

const nextBaseFee = (client: Client, gwei: string) =>
  client.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei(gwei) });
async function pooled(client: Client) {
  const { pending, queued } = await client.getTxpoolStatus();
  return pending + queued;
}

it("replaces a transaction that waits when the base fee has quadrupled, under the same nonce", async () => {
  const client = clientOf(anvil.url);
  await client.setAutomine(false);
  const sender = openSender();
  const sent = sender.send("settle/1", pay(7n));
  await expect.poll(() => pooled(client)).toBe(1);
  for (let block = 0; block < 3; block++) {
    await nextBaseFee(client, "8");
    await client.mine({ blocks: 1 });
    await sleep(150);
  }
  await expect
    .poll(async () => {
      await nextBaseFee(client, "8");
      await client.mine({ blocks: 1 });
      return client.getBalance({ address: recipient });
    })
    .toBe(7n);
  expect((await sent).isReverted).toBe(false);
  expect(await client.getTransactionCount({ address: sender.address })).toBe(1);
  expect(await pooled(client)).toBe(0);
});

it("waits at the cap with one transaction, says so, and is mined when the fee has fallen", async () => {
  const client = clientOf(anvil.url);
  await client.setAutomine(false);
  const sender = openSender({ maxFeePerGas: parseGwei("3") });
  const sent = sender.send("settle/1", pay(7n));
  for (let block = 0; block < 10; block++) {
    await nextBaseFee(client, "50");
    await client.mine({ blocks: 1 });
    await sleep(80);
  }
  expect(sender.waiting()).toMatch(/^settle\/1 waits: L1 asks for more than the 3 gwei .* Raise --l1-max-fee/);
  expect(await pooled(client)).toBeLessThanOrEqual(1);
  await expect
    .poll(async () => {
      await nextBaseFee(client, "1");
      await client.mine({ blocks: 1 });
      return client.getBalance({ address: recipient });
    })
    .toBe(7n);
  const { hash } = await sent;
  const { maxFeePerGas } = await client.getTransaction({ hash });
  expect(maxFeePerGas).toBeLessThanOrEqual(parseGwei("3"));
  expect(sender.waiting()).toBeUndefined();
  expect(await client.getTransactionCount({ address: sender.address })).toBe(1);
});

it("lowers what a node has refused for its cost, when L1 is cheaper", async () => {
  const client = clientOf(anvil.url);
  const proxy = await startRpcProxy(anvil.url);
  try {
    proxy.intercept = ({ method, params }) => {
      if (method !== "eth_sendRawTransaction") return undefined;
      const { maxFeePerGas = 0n } = parseTransaction(params[0] as Hex);
      if (maxFeePerGas < parseGwei("20")) return undefined;
      const message = "tx fee (1.20 ether) exceeds the configured cap (1.00 ether)";
      return { error: { code: -32000, message } };
    };
    await nextBaseFee(client, "30");
    await client.mine({ blocks: 1 });
    const sender = openSender({ url: proxy.url });
    const sent = sender.send("settle/1", pay(7n));
    await expect
      .poll(() => sender.waiting())
      .toMatch(/^settle\/1 waits: L1's node takes no transaction .* --rpc.txfeecap/);
    await nextBaseFee(client, "2");
    await client.mine({ blocks: 1 });
    await sent;
    expect(await client.getBalance({ address: recipient })).toBe(7n);
    expect(sender.waiting()).toBeUndefined();
  } finally {
    await proxy.close();
  }
});

it("goes on after a restart with the transaction that it had sent, and sends no second one", async () => {
  const client = clientOf(anvil.url);
  await client.setAutomine(false);
  const killed = new AbortController();
  const sending = openSender().send("settle/1", pay(7n), { signal: killed.signal });
  sending.catch(() => {});
  await expect.poll(() => pooled(client)).toBe(1);
  killed.abort();
  await expect(sending).rejects.toThrow();
  const again = openSender().send("settle/1", pay(7n));
  await sleep(100);
  await client.mine({ blocks: 1 });
  await again;
  await client.mine({ blocks: 3 });
  expect(await client.getBalance({ address: recipient })).toBe(7n);
  // L1 has it: the same work is done, whoever asks.
  expect((await openSender().send("settle/1", pay(7n))).hash).toBe((await again).hash);
  expect(await client.getBalance({ address: recipient })).toBe(7n);
});

it("gives the nonce of a transaction that nobody waits for any more to the next one", async () => {
  const client = clientOf(anvil.url);
  await client.setAutomine(false);
  const killed = new AbortController();
  const sending = openSender().send("settle/1", pay(7n), { signal: killed.signal });
  sending.catch(() => {});
  await expect.poll(() => pooled(client)).toBe(1);
  killed.abort();
  await sending.catch(() => {});
  const other = openSender().send("settle/2", pay(5n));
  await expect
    .poll(async () => JSON.stringify(await client.request({ method: "txpool_content" } as never)))
    .toContain('"value":"0x5"');
  await client.mine({ blocks: 1 });
  await other;
  await client.mine({ blocks: 3 });
  expect(await client.getBalance({ address: recipient })).toBe(5n);
});

it("sends a transaction again that nodes have dropped", async () => {
  const client = clientOf(anvil.url);
  await client.setAutomine(false);
  const sent = openSender({ patience: { raiseMilliseconds: 60_000 } }).send("settle/1", pay(7n));
  await expect.poll(() => pooled(client)).toBe(1);
  await client.request({ method: "anvil_dropAllTransactions" } as never);
  await expect.poll(() => pooled(client)).toBe(1);
  await client.mine({ blocks: 1 });
  await sent;
});

it("keeps what is mined until it is final, and sends it again after a reorganisation, also after a restart", async () => {
  const client = clientOf(anvil.url);
  const snapshot = await client.snapshot();
  const sender = openSender();
  await sender.send("settle/1", pay(7n));
  await sender.send("settle/2", pay(5n));
  await client.mine({ blocks: 20 });
  await client.revert({ id: snapshot });
  expect(await client.getBalance({ address: recipient })).toBe(0n);
  const restarted = openSender({ finalBlock: () => client.getBlockNumber({ cacheTime: 0 }) });
  await expect
    .poll(async () => {
      await restarted.look();
      return client.getBalance({ address: recipient });
    })
    .toBe(12n);
  await expect
    .poll(async () => {
      await restarted.look();
      return [restarted.sent("settle/1"), restarted.sent("settle/2")];
    })
    .toEqual([undefined, undefined]);
  expect(fileRecords(join(directory, "l1.json")).read()).toEqual([]);
});

it("takes the next nonce when another transaction of the account has used its own", async () => {
  const client = clientOf(anvil.url);
  await client.setAutomine(false);
  const sender = openSender({ patience: { raiseMilliseconds: 60_000 } });
  const sent = sender.send("settle/1", pay(7n));
  await expect.poll(() => pooled(client)).toBe(1);
  await walletOf(anvil, 0).sendTransaction({
    to: recipient,
    value: 1n,
    nonce: 0,
    maxFeePerGas: parseGwei("90"),
    maxPriorityFeePerGas: parseGwei("50"),
  });
  await client.mine({ blocks: 1 });
  await client.setAutomine(true);
  await sent;
  expect(await client.getBalance({ address: recipient })).toBe(8n);
});

it("says who needs ether", async () => {
  const client = clientOf(anvil.url);
  const sender = openSender();
  await client.setBalance({ address: sender.address, value: 1n });
  await expect(sender.send("settle/1", pay(7n))).rejects.toMatchObject({ code: "contracts/funds-missing" });
});

it("gives up what L1 would refuse when its nonce is gone, and sends the next one", async () => {
  const client = clientOf(anvil.url);
  await client.setAutomine(false);
  const sender = openSender({ patience: { raiseMilliseconds: 60_000 } });
  const given = sender.send("settle/1", pay(7n));
  given.catch(() => {});
  await expect.poll(() => pooled(client)).toBe(1);
  const fees = { maxFeePerGas: parseGwei("90"), maxPriorityFeePerGas: parseGwei("50") };
  await walletOf(anvil, 0).sendTransaction({ to: recipient, value: 1n, nonce: 0, ...fees });
  await client.mine({ blocks: 1 });
  // It reverts, whatever is sent to it.
  await client.setCode({ address: recipient, bytecode: "0x60006000fd" });
  await expect(given).rejects.toThrow();
  await client.setAutomine(true);
  await sender.send("settle/2", { ...pay(0n), to: "0x00000000000000000000000000000000000000fe" });
  expect(await client.getTransactionCount({ address: sender.address })).toBe(2);
});
