import { deployTestToken, readCredit, settleEpoch, testTokenAbi } from "@frond/contracts";
import { createTestNetwork, type TestNetwork as LayerOne } from "@frond/contracts/testing";
import { MessageKind } from "@frond/protocol";
import { parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestNetwork, testNetwork } from "../testing/testNetwork.ts";

/* Deposits and claims of the command line on a real Ethereum node with the real contract. */

const ALICE = privateKeyToAccount(`0x${"42".repeat(32)}`).address;
const OTHER = "0x00000000000000000000000000000000000000a7";

let l1: LayerOne;
let network: TestNetwork;
let token: `0x${string}`;
beforeAll(async () => {
  l1 = await createTestNetwork();
  const params = [ALICE, `0x${parseEther("10").toString(16)}`];
  await l1.publicClient.request({ method: "anvil_setBalance", params } as never);
  token = await l1.deploy("DecimalsToken", [6]);
  const { wallet } = l1.owner;
  const mint = { abi: testTokenAbi, functionName: "mint", args: [ALICE, 1_000n] } as const;
  const hash = await wallet.writeContract({ address: token, ...mint });
  await l1.publicClient.waitForTransactionReceipt({ hash });
  network = await testNetwork({ url: l1.anvil.url, settlement: l1.deployment.address, tokens: [] });
});
afterAll(async () => {
  await network.close();
  await l1.close();
});

type Deposited = { readonly deposit: number; readonly l1Transaction: string };

/** Settles an epoch that credits an amount to alice. */
async function credit(asset: number, amount: bigint): Promise<void> {
  const item = { direction: 1, kind: MessageKind.withdrawal, asset, amount, layer: 1n, payload: 0n } as const;
  await settleEpoch(l1.owner, await l1.propose({ items: [{ ...item, recipient: BigInt(ALICE) }] }));
}

it("deposits with a refund address, and takes back what no layer has taken in a day", async () => {
  const sent = await network.json<Deposited>("deposit", "0.5ether", "--refund-to", OTHER);
  const { l1Transaction } = sent;
  const early = await network.run("claim", "--deposit", l1Transaction);
  expect(early.code).toBe(1);
  expect(early.stderr).toContain(`Deposit ${sent.deposit} can be taken back when an epoch has settled that goes until`);
  const { timestamp } = await l1.publicClient.getBlock();
  const until = (timestamp + 86_400n) * 1_000n;
  await l1.publicClient.request({ method: "evm_setNextBlockTimestamp", params: [Number(until / 1_000n)] } as never);
  await settleEpoch(l1.owner, await l1.propose({ until }));
  const taken = await network.json("claim", "--deposit", l1Transaction, "--for", OTHER);
  expect(taken).toMatchObject({
    takenBack: [sent.deposit],
    claims: [{ asset: "ether", amount: String(parseEther("0.5")), paid: String(parseEther("0.5")) }],
  });
  expect(await l1.publicClient.getBalance({ address: OTHER })).toBe(parseEther("0.5"));
  expect((await network.run("deposit", "1", "--refund-to", "bob")).stderr).toContain("bob is no address of L1.");
});

it("claims a part, and pays another address", async () => {
  await network.json("deposit", "100");
  await credit(1, 100n);
  const part = await network.json("claim", "--asset", "ether", "--amount", "30", "--to", OTHER.replace("a7", "a8"));
  expect(part).toMatchObject({ claims: [{ asset: "ether", amount: "30", paid: "30" }] });
  expect(await readCredit(l1.owner, { owner: ALICE, asset: 1n })).toBe(70n);
  // A name stands for its address.
  const rest = await network.json("claim", "--asset", "ether", "--for", "alice");
  expect(rest).toMatchObject({ claims: [{ amount: "70" }] });
  expect(await readCredit(l1.owner, { owner: ALICE, asset: 1n })).toBe(0n);
});

it.each([
  [["--amount", "5"], "--amount and --minimum are amounts of one asset. Name it with --asset."],
  [["--for", OTHER, "--to", OTHER], "--for pays the owner, in full."],
  [["--deposit", "7"], "7 is no transaction of L1."],
  [["--asset", "gold"], "There is no asset gold. Use ether, or the address of a token."],
])("refuses a claim that leaves open what is meant: %j", async (args, reason) => {
  const { code, stderr } = await network.run("claim", ...args);
  expect([code, stderr.includes(reason)]).toEqual([2, true]);
});

it("registers a token for its price, and deposits it in its own unit", async () => {
  const shown = await network.json<{ price: string }>("token", "show", token);
  expect(shown).toMatchObject({ asset: null, decimals: 6, price: String(parseEther("0.001")) });
  const unregistered = await network.run("deposit", "100", "--asset", token);
  expect(unregistered.stderr).toContain("has no number on this network");
  const registered = await network.json("token", "register", token, "--price", shown.price);
  expect(registered).toMatchObject({ asset: "2" });
  const wrongUnit = await network.run("deposit", "1ether", "--asset", token);
  expect(wrongUnit).toMatchObject({ code: 2 });
  expect(wrongUnit.stderr).toContain("has 6 decimals, and 1ether is an amount with 18.");
  expect(await network.json("deposit", "100", "--asset", token)).toMatchObject({ asset: token, amount: "100" });
  await credit(2, 60n);
  expect(await network.json("claim", "--asset", token)).toMatchObject({ claims: [{ amount: "60", paid: "60" }] });
});

/** A token of the tests, registered, of which alice has a thousand. */
async function newToken(name: string): Promise<string> {
  const address = await l1.deploy(name);
  const mint = { abi: testTokenAbi, functionName: "mint", args: [ALICE, 1_000n] } as const;
  const hash = await l1.owner.wallet.writeContract({ address, ...mint });
  await l1.publicClient.waitForTransactionReceipt({ hash });
  const { price } = await network.json<{ price: string }>("token", "show", address);
  await network.json("token", "register", address, "--price", price);
  return address;
}

it("says of a token that takes a fee what has arrived", async () => {
  const address = await newToken("FeeToken");
  expect(await network.json("deposit", "200", "--asset", address)).toMatchObject({ amount: "198" });
  const { stdout } = await network.run("deposit", "200", "--asset", address);
  expect(stdout).toMatch(/kept by the token +0\.000000000000000002 /);
});

it("takes a token that does not say its decimals in its smallest unit", async () => {
  const address = await newToken("TetherToken");
  expect(await network.json("token", "show", address)).toMatchObject({ decimals: 0 });
  expect(await network.json("deposit", "7", "--asset", address)).toMatchObject({ amount: "7" });
  const { code, stderr } = await network.run("token", "show", l1.deployment.verifier);
  expect([code, stderr]).toEqual([2, expect.stringContaining("does not answer as an ERC-20 token")]);
});

it("refuses a deposit to a layer that the coordinator does not list", async () => {
  const { layers } = network.coordinator;
  const listed = layers() as { name: string; layerId: bigint }[];
  // Another layer has the name: the network was reset, and this directory is of the one before.
  network.coordinator.layers = () =>
    listed.map((layer) => (layer.name === "shelf" ? { ...layer, layerId: 5n } : layer));
  const { code, stderr } = await network.run("deposit", "1", "--layer", "shelf");
  network.coordinator.layers = layers;
  expect(code).toBe(1);
  expect(stderr).toContain("would not arrive: the network has no such layer. Nothing was sent.");
});

it("shows amounts with the decimals of a token", async () => {
  const { address } = await deployTestToken({ ...l1.owner, name: "T", symbol: "T" });
  const withTokens = await testNetwork({
    url: l1.anvil.url,
    settlement: l1.deployment.address,
    tokens: [{ address, symbol: "USDC", decimals: 6, isTest: false }],
  });
  try {
    await credit(2, 2_500_000n);
    expect((await withTokens.run("account", "show")).stdout).toContain("0 ETH, 2.5 USDC");
    const wrongUnit = await withTokens.run("withdraw", "1ether", "--asset", "usdc");
    expect(wrongUnit.stderr).toContain("usdc has 6 decimals");
  } finally {
    await withTokens.close();
  }
});
