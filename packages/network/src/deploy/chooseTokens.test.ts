import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Anvil, deployTestToken, startAnvil } from "@frond/contracts";
import { createPublicClient, http } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chainAt, localAccount, walletAt } from "../layerOne/wallets.ts";
import { chooseTokens } from "./chooseTokens.ts";

const cacheDirectory = mkdtempSync(join(tmpdir(), "frond-tokens-"));
let local: Anvil;
let other: Anvil;
beforeAll(async () => {
  [local, other] = await Promise.all([startAnvil(), startAnvil({ chainId: 1 })]);
});
afterAll(async () => {
  await Promise.all([local.stop(), other.stop()]);
  rmSync(cacheDirectory, { recursive: true });
});

async function layerOneAt({ url }: Anvil) {
  const publicClient = createPublicClient({ transport: http(url) });
  return { publicClient, wallet: await walletAt(url, localAccount(0)), chain: await chainAt(url) };
}

it("makes a test token on a local chain", async () => {
  const l1 = await layerOneAt(local);
  const tokens = await chooseTokens({ config: { tokens: undefined }, l1, cacheDirectory });
  expect(tokens).toMatchObject([{ symbol: "QUOTE", decimals: 18, isTest: true }]);
  expect(await l1.publicClient.getCode({ address: tokens[0]!.address })).toBeDefined();
});

it("makes none on any other chain: its tokens have to be named, and nothing is sent before", async () => {
  const l1 = await layerOneAt(other);
  const { address } = l1.wallet.account;
  await expect(chooseTokens({ config: { tokens: undefined }, l1, cacheDirectory })).rejects.toMatchObject({
    code: "network/tokens-unnamed",
    message: expect.stringContaining("Chain 1 is not local, and the configuration names no tokens. Nothing was sent."),
  });
  expect(await l1.publicClient.getTransactionCount({ address })).toBe(0);
  expect(await chooseTokens({ config: { tokens: [] }, l1, cacheDirectory })).toEqual([]);
});

it("describes the tokens that are named, whatever they call themselves", async () => {
  const l1 = await layerOneAt(other);
  const deploy = (symbol: string) => deployTestToken({ ...l1, cacheDirectory, name: "T", symbol });
  const plain = await deploy("USDC");
  const strange = await deploy("\u001b[2J ether");
  const tokens = await chooseTokens({ config: { tokens: [plain.address, strange.address] }, l1, cacheDirectory });
  expect(tokens).toEqual([
    { address: plain.address, symbol: "USDC", decimals: 18, isTest: false },
    { address: strange.address, symbol: strange.address, decimals: 18, isTest: false },
  ]);
});

it("refuses an address that is no token", async () => {
  const l1 = await layerOneAt(other);
  const config = { tokens: [l1.wallet.account.address] };
  await expect(chooseTokens({ config, l1, cacheDirectory })).rejects.toMatchObject({
    code: "network/token-unreadable",
  });
});
