import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createForcedReader,
  deployTestToken,
  getForced,
  readCredit,
  settleEpoch,
  testTokenAbi,
  untilMined,
} from "@frond/contracts";
import { createTestNetwork, type TestNetwork as LayerOne } from "@frond/contracts/testing";
import { publicKeyOf, until } from "@frond/foundation";
import { NEXT_FILE, readLayerFile, writeLayerFile } from "@frond/network/directory";
import { testLayerFile } from "@frond/network/testing";
import { forcedMessage, MessageKind, readForcedWords } from "@frond/protocol";
import { UpgradeError, UpgradeNotAnnouncedError } from "@frond/settlement";
import { FORCED_SOURCE } from "@frond/store";
import { parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { layersOfTestNetwork, runFrond, type TestNetwork, testNetwork } from "../testing/testNetwork.ts";

/* Deposits and claims of the command line on a real Ethereum node with the real contract. */

const ALICE = privateKeyToAccount(`0x${"42".repeat(32)}`).address;
const OTHER = "0x00000000000000000000000000000000000000a7";

let l1: LayerOne;
let network: TestNetwork;
let token: `0x${string}`;
beforeAll(async () => {
  l1 = await createTestNetwork({ layers: layersOfTestNetwork() });
  const params = [ALICE, `0x${parseEther("10").toString(16)}`];
  await l1.publicClient.request({ method: "anvil_setBalance", params } as never);
  token = await l1.deploy("DecimalsToken", [6]);
  const { wallet } = l1.owner;
  const mint = { abi: testTokenAbi, functionName: "mint", args: [ALICE, 1_000n] } as const;
  const hash = await wallet.writeContract({ address: token, ...mint });
  await untilMined(l1.publicClient, { hash });
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
  await untilMined(l1.publicClient, { hash });
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

it("claims by an account's key and L1 alone, whatever tokens strangers have registered", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "frond-claim-"));
  try {
    copyFileSync(join(network.directory, "accounts.json"), join(elsewhere, "accounts.json"));
    const claim = (...args: string[]) => runFrond(["claim", "--data", elsewhere, "--json", ...args]);
    expect((await claim()).stderr).toContain("Name the contract with --settlement and an RPC of its L1 with --l1.");
    await network.json("deposit", "40");
    await credit(1, 40n);
    await credit(4, 7n);
    const place = ["--l1", l1.anvil.url, "--settlement", l1.deployment.address];
    const { claims } = JSON.parse((await claim(...place)).stdout);
    expect(claims).toMatchObject([
      { asset: "ether", amount: "40" },
      { asset: expect.stringMatching(/^0x/), amount: "7" },
    ]);
    expect(JSON.parse((await claim(...place)).stdout)).toEqual({ claims: [] });
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
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

type Forced = { readonly id: number; readonly deadline: number; readonly status: string };

const FORCE = [
  "--layer",
  "shelf",
  "--boxes",
  '[{"kind":1,"count":4},{"kind":2,"count":5}]',
  "--note",
  '{"from":"0x1"}',
];

/** Hands over the forced transaction with a number to its layer, as the coordinator does, with L1's words. */
async function handOver(id: number): Promise<void> {
  const event = await until(async () => (await getForced({ ...l1.owner, fromBlock: 0n })).events[id], {
    everyMilliseconds: 50,
  });
  const transaction = readForcedWords(event.layer, event.transaction)!;
  const message = forcedMessage(transaction);
  expect(message.payload).toBe(event.payload);
  const { sequencer } = network.nodes.shelf.context;
  await sequencer.consume([{ source: FORCED_SOURCE, position: id, message, forced: { transaction } }]);
  await sequencer.seal();
}

it("forces a call by L1, which its layer executes, and says what became of it", async () => {
  const sending = network.json<Forced>("force", "put", ...FORCE, "--wait");
  await handOver(0);
  const sent = await sending;
  expect(sent).toMatchObject({ id: 0, layer: "shelf", status: "sealed", ok: true });
  expect(sent.deadline).toBeGreaterThan(Date.now());
  expect(network.nodes.shelf.context.store.block(1)).toMatchObject({ size: "forced", transactions: [] });
});

it("says of a forced call why it is invalid, and forces without a node that answers if it is told the nonce", async () => {
  const sending = network.json<Forced>("force", "put", ...FORCE, "--nonce", "0", "--wait");
  await handOver(1);
  const invalid = { id: 1, status: "sealed", ok: false, problem: "The nonce 0 is used: the account's next is 1." };
  expect(await sending).toMatchObject(invalid);
  await network.nodes.shelf.close();
  const { code, stderr } = await network.run("force", "put", ...FORCE);
  expect([code, stderr.includes("the account's next nonce is not known")]).toEqual([2, true]);
  const sent = await network.json<Forced>("force", "put", ...FORCE, "--nonce", "1");
  expect(sent).toMatchObject({ id: 2, status: "waiting" });
  expect((await network.run("force", "put", ...FORCE, "--nonce", "1.5")).stderr).toContain("1.5 is no nonce.");
});

it("reads what is forced page by page", async () => {
  const { publicClient, settlement } = l1.owner;
  const safeBlock = () => publicClient.getBlockNumber({ cacheTime: 0 });
  const reader = createForcedReader({ publicClient, settlement, deploymentBlock: 0n, safeBlock });
  const page = await reader.page(undefined);
  expect(page).toMatchObject({ isLast: true, events: [{ id: 0n }, { id: 1n }, { id: 2n }] });
  expect((await reader.page(page.cursor)).events).toEqual([]);
});

it("says what a layer promises, from the contract on L1", async () => {
  const { rows, terms } = await network.json<{ rows: { about: string; promise: string }[]; terms: object }>(
    "layer",
    "show",
    "exchange",
  );
  expect(rows.map(({ about, promise }) => [about, promise])).toEqual([
    ["state validation", "none: proofs can be forged"],
    ["data availability", "on L1"],
    ["sequencer failure", "force by L1 within 1 day, or freeze"],
    ["proposer failure", "anybody settles after 10 minutes"],
    ["exit window", "never upgraded"],
    ["freeze", "by anybody, for an overdue transaction"],
    ["status", "moves"],
  ]);
  expect(terms).toMatchObject({ proposer: l1.owner.wallet.account.address, durations: { upgradeSeconds: 2_592_000 } });
  expect((await network.run("layer", "show", "shelf")).stdout).toContain("exit window: 359 hours");
  const unknown = await network.run("layer", "show", "0x05");
  expect(unknown.stderr).toContain("L1 has no layer 0x05 yet");
});

it("announces an upgrade, shows it, goes on with it, and cancels it", async () => {
  const layerId = layersOfTestNetwork()[1]!;
  const file = testLayerFile({
    ...{ name: "shelf", application: fileURLToPath(new URL("../testing/shelf.ts", import.meta.url)) },
    ...{ blockKeys: [1n], circuits: [{ size: "small", digest: "1", keyHash: 1n }] },
    ...{ layerId, parent: "exchange", settlement: l1.deployment.address, sequencerSecret: 6n },
  });
  const config = { ...network.nodes.shelf.context.layer.config };
  writeLayerFile(network.directory, { ...file, config });
  const nothing = await network.run("layer", "upgrade", "shelf");
  expect(nothing.stderr).toContain("Nothing would change of the layer shelf.");

  const { upgrade } = network.coordinator;
  // L1 has not confirmed the announcement yet, however that is said; any other refusal ends the command.
  network.coordinator.upgrade = async () => {
    network.coordinator.upgrade = upgrade;
    throw new UpgradeNotAnnouncedError({ name: "shelf", owner: ALICE });
  };
  const announced = await network.json<{ usableFrom: number }>("layer", "upgrade", "shelf", "--new-sequencer");
  expect(announced).toMatchObject({ layer: "shelf", changes: ["sequencerKey"] });
  const next = readLayerFile(network.directory, "shelf", NEXT_FILE)!;
  expect(next.config).toEqual({ ...config, sequencerKey: publicKeyOf(next.sequencerSecret) });
  expect(network.registered.at(-1)).toMatchObject({ layerId, config: next.config });
  const shown = await network.run("layer", "show", "shelf");
  expect(shown.stdout.replace(/\s+/g, " ")).toContain("It changes sequencerKey, and takes effect");

  network.coordinator.upgrade = async () => {
    throw new UpgradeError({ name: "shelf", problem: "its owner has not announced anything", advice: "Wait." });
  };
  expect((await network.run("layer", "upgrade", "shelf")).code).toBe(1);
  network.coordinator.upgrade = upgrade;
  const other = await network.run("layer", "upgrade", "shelf", "--owner", OTHER);
  expect(other.stderr).toContain("An upgrade of shelf waits already.");
  expect(await network.json("layer", "upgrade", "shelf")).toMatchObject({ usableFrom: announced.usableFrom });
  expect(await network.json("layer", "upgrade", "shelf", "--cancel")).toMatchObject({ usableBefore: null });
  expect(readLayerFile(network.directory, "shelf", NEXT_FILE)).toBeUndefined();

  // The announcement has failed, and left the file.
  writeLayerFile(network.directory, { ...next, name: "shelf" }, NEXT_FILE);
  expect(await network.json("layer", "upgrade", "shelf", "--cancel")).toMatchObject({ usableBefore: null });
  expect(readLayerFile(network.directory, "shelf", NEXT_FILE)).toBeUndefined();
  const again = await network.run("layer", "upgrade", "shelf", "--cancel");
  expect(again.stderr).toContain("No upgrade of shelf is announced, and none waits here");

  writeLayerFile(network.directory, { ...file, config: { ...config, owner: 5n } });
  const stranger = await network.run("layer", "upgrade", "shelf", "--new-sequencer");
  expect(stranger.stderr).toContain(
    "alice does not own the layer shelf: 0x0000000000000000000000000000000000000005 does.",
  );
});
