import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Anvil, startAnvil } from "@frond/contracts";
import { startRpcProxy } from "@frond/contracts/testing";
import { type Hex, keccak256, parseGwei } from "viem";
import { sign } from "viem/accounts";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type LayerOneChain, openLayerOne } from "./openLayerOne.ts";
import { localAccount } from "./wallets.ts";

const recipient = "0x00000000000000000000000000000000000000ff";

let dataDirectory: string;
let anvil: Anvil;
let opened: LayerOneChain | undefined;
beforeEach(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), "frond-layer-one-"));
  anvil = await startAnvil();
});
afterEach(async () => {
  await opened?.stop();
  opened = undefined;
  await anvil.stop();
  rmSync(dataDirectory, { recursive: true });
});

async function open(more: object = {}) {
  const common = { dataDirectory, confirmations: 0, allowedOrigins: [], maxFeePerGas: parseGwei("100") };
  opened = await openLayerOne({ ...common, ...more });
  return opened;
}

/** web3signer's signing path, with the key of an account of anvil. */
async function serveSigner(index: number): Promise<{ url: string; server: Server }> {
  const { privateKey } = localAccount(index).getHdKey();
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { data } = JSON.parse(text) as { data: Hex };
    const key = `0x${Buffer.from(privateKey!).toString("hex")}` as const;
    response.end(await sign({ hash: keccak256(data), privateKey: key, to: "hex" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/eth1/sign/key`, server };
}

it("sends by a signer elsewhere, to whichever address of L1 answers", async () => {
  const [proxy, signer] = await Promise.all([startRpcProxy(anvil.url), serveSigner(3)]);
  const { address } = localAccount(3);
  try {
    const l1 = await open({ url: `${proxy.url},${anvil.url}`, signer: { url: signer.url, address } });
    proxy.intercept = () => ({ status: 503, body: "maintenance" });
    const hash = await l1.wallet.sendTransaction({ to: recipient, value: 7n });
    expect(await l1.publicClient.getTransaction({ hash })).toMatchObject({ from: address.toLowerCase(), value: 7n });
    expect(await l1.safeBlock()).toBe(1n);
    expect(existsSync(join(dataDirectory, "l1-transactions.json"))).toBe(true);
  } finally {
    signer.server.close();
    await proxy.close();
  }
});

it("waits for a signer that is away, and sends one transaction when it is back", async () => {
  const signer = await serveSigner(3);
  signer.server.close();
  signer.server.closeAllConnections();
  const l1 = await open({ url: anvil.url, signer: { url: signer.url, address: localAccount(3).address } });
  const sent = l1.wallet.sendTransaction({ to: recipient, value: 7n });
  await expect.poll(() => l1.publicClient.getBalance({ address: recipient })).toBe(0n);
  await new Promise<void>((resolve) => signer.server.listen(Number(new URL(signer.url).port), "127.0.0.1", resolve));
  await sent;
  expect(await l1.publicClient.getBalance({ address: recipient })).toBe(7n);
  expect(await l1.publicClient.getTransactionCount({ address: localAccount(3).address })).toBe(1);
  signer.server.close();
});

it("keeps a local L1 from start to start, and nothing of what was sent when that is on disk", async () => {
  const first = await open();
  await first.wallet.sendTransaction({ to: recipient, value: 7n });
  expect(await first.safeBlock()).toBe(1n);
  await first.sender.look();
  expect(readFileSync(join(dataDirectory, "l1-transactions.json"), "utf8")).toContain('"submissions":[]');
  await first.stop();
  const second = await open();
  expect(await second.publicClient.getBalance({ address: recipient })).toBe(7n);
  await second.wallet.sendTransaction({ to: recipient, value: 1n });
  expect(await second.publicClient.getBalance({ address: recipient })).toBe(8n);
});

it("gives up waiting when it is stopped", async () => {
  const l1 = await open({ url: anvil.url, signer: { url: "http://127.0.0.1:9/", address: localAccount(3).address } });
  const sent = l1.wallet.sendTransaction({ to: recipient, value: 7n });
  await expect.poll(() => l1.publicClient.getBalance({ address: recipient })).toBe(0n);
  await l1.stop();
  await expect(sent).rejects.toThrow();
});
