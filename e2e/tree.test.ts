import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  deployTestToken,
  depositEther,
  depositToken,
  readRegistrationPrice,
  registerToken,
  settleArguments,
  settlementAbi,
  testTokenAbi,
  untilMined,
} from "@frond/contracts";
import { desk } from "@frond/desk";
import { exchange } from "@frond/exchange";
import { hexToField, publicKeyOf, sleep } from "@frond/foundation";
import { addressOf } from "@frond/protocol";
import { createNetworkClient } from "@frond/sdk";
import { createPublicClient, createWalletClient, type Hex, http, type PublicClient, parseEther } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, describe, expect, it } from "vitest";
import {
  configPath,
  descendantsOf,
  frond,
  frondJson,
  isRunning,
  killAll,
  layerOneProcesses,
  type Network,
  ports,
  startNetwork,
  startNode,
  temporaryDirectory,
  until,
} from "./support/frond.ts";
import { otherHost } from "./support/otherHost.ts";
import { settleAgain } from "./support/settleAgain.ts";

/*
 * A tree of an L2, two L3s and an L4, with real proofs on a real L1. One of the L3s runs on another host. Money goes
 * straight to the L4 and is swapped on the L2, bundles happen, a layer is added, processes
 * are killed; all is settled by one proof an epoch, and nothing is lost.
 */

type NetworkFile = { l1Url: string; settlement: Hex; coordinatorUrl: string };
type Vaults = { name: string; vault: Record<string, string> }[];
type Balances = { ether: string; quote: string; address: Hex; l1Address: Hex; claimable: { ether: string } };
type NetworkStatus = { epoch: { proving: number | null } };
type LayerStatus = { name: string; status: string; layerId: Hex };

const directory = temporaryDirectory();
const data = ["--data", directory.path];
const host = otherHost();
/** Deploys a token of their own, and bundles while processes are killed. */
const depositor = mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex: 5 });
let settledEpoch: { l1Transaction: Hex; rootAfter: Hex; gasUsed: number; leftOut: readonly { layer: string }[] };
let network: Network | undefined;
let vault: Network | undefined;
let studio: Network | undefined;
/** Of the account that the commands act for. */
let address: Hex;

/**
 * Who bundles while processes are killed: pays Carol on the exchange and withdraws as much from the vault, or does
 * neither.
 */
const BOB = 0xb0bn;
const bob = addressOf(publicKeyOf(BOB));
const carol = addressOf(publicKeyOf(0xca401n));
const UNIT = parseEther("0.001");

const networkFile = (): NetworkFile => JSON.parse(readFileSync(join(directory.path, "network.json"), "utf8"));
const layerOne = () =>
  createPublicClient({ chain: foundry, transport: http(networkFile().l1Url) }) as unknown as PublicClient;

async function ask<T>(method: string): Promise<T> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: {} });
  const response = await fetch(networkFile().coordinatorUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  return ((await response.json()) as { result: T }).result;
}

const idOf = async (layer: string): Promise<Hex> =>
  (await ask<LayerStatus[]>("frond_layers")).find(({ name }) => name === layer)!.layerId;

async function start({ epochSeconds }: { epochSeconds: number }): Promise<void> {
  const options = ["--config", configPath("tree"), "--host", host.here, ...ports, "--json"];
  network = startNetwork(...data, ...options, "--epoch-seconds", String(epochSeconds), "--without", "vault");
  await network.line("Frond is running");
}

/** Runs a layer on the other host. */
function startThere(layer: string): Network {
  return startNode([...data, "--layer", layer, "--json", "--host", host.there], host.prefix);
}

async function startVault(): Promise<void> {
  vault = startThere("vault");
  await areOnline();
}

const areOnline = () =>
  until(async () => {
    const layers = await ask<LayerStatus[]>("frond_layers");
    return layers.every(({ status }) => status !== "offline");
  }, "all layers are online");

const show = (layer: string) => frondJson<Balances>("account", "show", "--layer", layer, ...data);
const settledLines = () => network!.output.stdout.split("\n").filter((line) => line.startsWith('{"epoch"'));
const clientOfBob = () =>
  createNetworkClient({
    coordinator: networkFile().coordinatorUrl,
    applications: { exchange, vault: desk, desk },
    secret: BOB,
  });

/** Ether of somebody on the exchange and in the vault. */
async function etherOf(address: bigint): Promise<{ onExchange: bigint; inVault: bigint }> {
  const client = clientOfBob();
  try {
    const [onExchange, inVault] = await Promise.all([client.client("exchange"), client.client("vault")]);
    return {
      onExchange: (await onExchange.state.accounts.get(address))?.base ?? 0n,
      inVault: (await inVault.state.accounts.get(address))?.ether ?? 0n,
    };
  } finally {
    await client.close();
  }
}

/** What the account of the commands has at the desk, once what it sold has brought something. */
async function afterSelling(): Promise<{ ether: bigint; quote: bigint }> {
  const client = clientOfBob();
  try {
    const { state } = await client.client("desk");
    const read = async () => (await state.accounts.get(BigInt(address)))!;
    await until(async () => (await read()).quote > 0n, "the proceeds are on the L4", 60);
    return await read();
  } finally {
    await client.close();
  }
}

afterAll(async () => {
  for (const running of [network, vault, studio]) await running?.signal("SIGKILL");
  host.remove();
  directory.remove();
});

describe("a tree", () => {
  it("starts with one layer on another host, which the coordinator finds", async () => {
    // Long enough for all that comes before the first epoch is to end, on a slow machine too.
    await start({ epochSeconds: 3_600 });
    await startVault();
    await frondJson("account", "new", "ada", ...data);
  }, 900_000);

  it("credits deposits straight to an L4 and to an L3 of its own", async () => {
    await frondJson("deposit", "4ether", "--layer", "exchange", "--wait", ...data);
    await frondJson("deposit", "8000ether", "--asset", "quote", "--layer", "exchange", "--wait", ...data);
    await frondJson("deposit", "2ether", "--layer", "desk", "--wait", ...data);
    await frondJson("deposit", "1ether", "--layer", "vault", "--wait", ...data);
    const atDesk = await show("desk");
    expect(atDesk.ether).toBe(String(parseEther("2")));
    address = atDesk.address;
    // And to Bob, before there are transactions: what arrives after them takes another block.
    const { l1Url, settlement } = networkFile();
    const wallet = createWalletClient({ account: depositor, chain: foundry, transport: http(l1Url) });
    const l1 = { wallet, publicClient: layerOne(), settlement };
    for (const layer of ["exchange", "vault"]) {
      await depositEther(l1, { layer: hexToField(await idOf(layer)), recipient: bob, amount: parseEther("1") });
    }
    await until(async () => {
      const { onExchange, inVault } = await etherOf(bob);
      return onExchange > 0n && inVault > 0n;
    }, "Bob has got his deposits");
  });

  it("bounces a deposit of a token that the application does not know", async () => {
    const { l1Url, settlement } = networkFile();
    const wallet = createWalletClient({ account: depositor, chain: foundry, transport: http(l1Url) });
    const publicClient = layerOne();
    const token = await deployTestToken({ wallet, publicClient, name: "Unknown", symbol: "UNK" });
    const minted = await wallet.writeContract({
      address: token.address,
      abi: testTokenAbi,
      functionName: "mint",
      args: [depositor.address, 7n],
    });
    await untilMined(publicClient, { hash: minted });
    const l1 = { wallet, publicClient, settlement };
    await registerToken(l1, { token: token.address, price: await readRegistrationPrice(l1) });
    const deposit = { token: token.address, layer: hexToField(await idOf("exchange")), recipient: 1n, amount: 7n };
    expect(await depositToken(l1, deposit)).toMatchObject({ id: 6n });
    // L1 is looked at four times a second; calls come after it, or it takes another block.
    await sleep(2_000);
  });

  it("calls the L2 from the L4, and gets the answer in the same epoch", async () => {
    const liquidity = ["--base", "2ether", "--maximumQuote", "4000ether", "--minimumShares", "1"];
    await frondJson("call", "addLiquidity", ...liquidity, ...data);
    const convert = ["--exchange", await idOf("exchange"), "--amount", "1ether", "--minimumOut", "1"];
    await frondJson("call", "convert", ...convert, "--sellEther", "true", "--layer", "desk", ...data);
    expect((await afterSelling()).ether).toBe(parseEther("1"));
  });

  it("executes all legs of a bundle or none, and says which one failed", async () => {
    const leg = (layer: string, call: string) => ["--leg", `${layer} ${call}`];
    const bundle = await frondJson<{ status: string; legs: unknown[] }>(
      "bundle",
      ...leg("exchange", `transfer to=${address} amount=0.1ether isBase=true`),
      ...leg("vault", `withdraw amount=0.25ether isEther=true recipient=${depositor.address}`),
      ...data,
    );
    expect(bundle).toMatchObject({ status: "preconfirmed" });
    expect(bundle.legs).toHaveLength(2);
    await frondJson("withdraw", "0.5ether", ...data);
    const before = await show("exchange");
    const failing = await frond(
      "bundle",
      ...leg("exchange", `withdraw amount=0.1ether isBase=true recipient=${depositor.address}`),
      ...leg("vault", `withdraw amount=1000ether isEther=true recipient=${depositor.address}`),
      ...data,
    );
    expect(failing.code).toBe(1);
    expect(failing.stderr).toContain("vault");
    expect(failing.stderr).toContain("the balance is too small");
    expect(await show("exchange")).toEqual(before);
  });

  it("adds a layer without a restart, which gets no money before it is on L1, and makes some up", async () => {
    const sizes = JSON.stringify([
      { name: "small", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 },
    ]);
    const application = fileURLToPath(new URL("applications/mallory.ts", import.meta.url));
    const options = [
      "--application",
      application,
      "--parent",
      "exchange",
      "--sizes",
      sizes,
      "--block-milliseconds",
      "500",
    ];
    await frondJson("layer", "add", "studio", ...options, ...data);
    studio = startThere("studio");
    await areOnline();
    const early = await frond("deposit", "3ether", "--layer", "studio", ...data);
    expect(early.code).toBe(1);
    expect(early.stderr).toContain("L1 does not know the layer");
    const theft = ["--amount", "1000ether", "--recipient", depositor.address];
    expect(await frondJson("call", "makeUp", ...theft, "--layer", "studio", ...data)).toMatchObject({
      status: "preconfirmed",
    });
  }, 300_000);

  it("keeps both legs of every bundle together while processes are killed at random moments", async () => {
    for (const victim of ["network", "L1", "vault"]) {
      const work = bundleUntil(2 + Math.floor(Math.random() * 2));
      await sleep(100 + Math.random() * 900);
      if (victim === "network") {
        await network!.signal("SIGKILL");
        await start({ epochSeconds: 3_600 });
      } else if (victim === "L1") {
        killAll(layerOneProcesses(network!));
      } else {
        await vault!.signal("SIGKILL");
        await startVault();
      }
      await work;
    }
    await until(async () => {
      const [{ inVault }, { onExchange }] = await Promise.all([etherOf(bob), etherOf(carol)]);
      return onExchange > 0n && parseEther("1") - inVault === onExchange;
    }, "Carol has got what was withdrawn, and no more");
  }, 600_000);

  it("settles by one proof, killed in between", async () => {
    await network!.signal("SIGINT");
    // The layer on the other host comes back in time, though the epoch is long due.
    await start({ epochSeconds: 1 });
    await network!.line("Epoch 1: folding");
    // As when a machine fails: the local L1 and the provers are killed too.
    const children = descendantsOf(network!.pid);
    const ended = Promise.all([network!.signal("SIGKILL"), vault!.signal("SIGKILL")]);
    killAll(children);
    await ended;
    await until(() => !children.some(({ pid }) => isRunning(pid)), "all processes have ended", 30);
    await start({ epochSeconds: 1 });
    await until(() => settledLines().length > 0, "epoch 1 has settled", 1_800);
    settledEpoch = JSON.parse(settledLines()[0]!);
    expect(settledEpoch).toMatchObject({ epoch: 1, layers: 3, registered: 0 });
    // Its block has a proof, and nobody else has to wait for it.
    expect(settledEpoch.leftOut).toMatchObject([{ layer: "studio", rule: "vault" }]);
  }, 2_400_000);

  it("holds the root that L1 holds", async () => {
    const at = { address: networkFile().settlement, abi: settlementAbi } as const;
    expect(await layerOne().readContract({ ...at, functionName: "root" })).toBe(BigInt(settledEpoch.rootAfter));
    expect(await layerOne().readContract({ ...at, functionName: "epoch" })).toBe(2n);
    expect(await frondJson("epoch", "1", ...data)).toMatchObject({ status: "settled" });
    expect(await frondJson("block", "1", ...data)).toMatchObject({ status: "settled", size: "small" });
    expect(settledEpoch.gasUsed).toBeLessThan(1_100_000);
  });

  it("would not have been settled by any other calldata", async () => {
    const publicClient = layerOne();
    const { settlement } = networkFile();
    const settled = await settleAgain(publicClient, { settlement, transaction: settledEpoch.l1Transaction });
    const { rootOut, until, commitment, words, used, proof } = settled.epoch;
    const settle = settled.refusal;
    expect(await settle()).toBeUndefined();
    expect(await settle({ rootOut: rootOut + 1n })).toBe("ProofRejected");
    expect(await settle({ until: until - 1n })).toBe("ProofRejected");
    // The challenge at which the blob is opened follows from these.
    expect(await settle({ commitment: commitment + 1n })).toBe("BlobRefused");
    expect(await settle({ words: words.slice(4), used: used.slice(1) })).toBe("BlobRefused");
    expect(await settle({ words: [] })).toBeDefined();
    for (const place of words.keys())
      expect(await settle({ words: words.map((word, i) => (i === place ? word + 1n : word)) })).toBeDefined();
    expect(await settle({ used: [...used].reverse() })).toBeDefined();
    expect(await settle({ used: used.slice(1) })).toBeDefined();
    const bytes = (proof.length - 2) / 2;
    for (let place = 0; place < bytes; place += 331)
      expect(await settle({ proof: flipByte(proof, place) })).toBe("ProofRejected");
    const again = publicClient.simulateContract({
      account: settled.from,
      address: settlement,
      abi: settlementAbi,
      functionName: "settle",
      args: settleArguments(settled.epoch),
    });
    await expect(again).rejects.toThrow("UntilNotAfter");
  }, 300_000);

  it("pays what was withdrawn, once, and gives back what bounced", async () => {
    const before = await show("exchange");
    expect(before.claimable.ether).toBe(String(parseEther("0.5")));
    const balance = await layerOne().getBalance({ address: before.l1Address });
    const { claims } = await frondJson<{ claims: { asset: string; amount: string }[] }>("claim", ...data);
    expect(claims).toMatchObject([{ asset: "ether", amount: String(parseEther("0.5")) }]);
    const gained = (await layerOne().getBalance({ address: before.l1Address })) - balance;
    expect(gained).toBeGreaterThan(parseEther("0.49"));
    expect(await frondJson("claim", ...data)).toEqual({ claims: [] });
    const credit = await layerOne().readContract({
      address: networkFile().settlement,
      abi: settlementAbi,
      functionName: "credits",
      args: [depositor.address, 3n],
    });
    expect(credit).toBe(7n);
  });

  it("takes back the layer that was gone", async () => {
    await startVault();
    await until(
      async () => (await etherOf(BigInt(address))).inVault === parseEther("0.75"),
      "the vault has what it had",
    );
    await until(
      async () => (await ask<NetworkStatus>("frond_network")).epoch.proving === null,
      "no epoch is proven",
      900,
    );
    for (const { leftOut } of settledLines().map((line) => JSON.parse(line) as typeof settledEpoch))
      expect(leftOut.map(({ layer }) => layer)).toEqual(["studio"]);
  }, 2_400_000);

  it("has in its vaults what L1 holds, and in its accounts what its vaults have", async () => {
    const { settlement } = networkFile();
    const held = await layerOne().getBalance({ address: settlement });
    const vaults = await ask<Vaults>("frond_getVaults");
    const vaultOf = (name: string) => BigInt(vaults.find((layer) => layer.name === name)!.vault["1"] ?? 0);
    const ether = vaults.reduce((sum, { vault: amounts }) => sum + BigInt(amounts["1"] ?? 0), 0n);
    const ofBob = await etherOf(bob);
    const ofCarol = await etherOf(carol);
    // What the two withdrew from the vault waits on L1 for whoever owns the addresses; the price of a token stays.
    expect(held - ether).toBe(parseEther("0.25") + parseEther("1") - ofBob.inVault + parseEther("0.001"));
    expect(vaultOf("desk")).toBe(BigInt((await show("desk")).ether));
    expect(vaultOf("vault")).toBe(BigInt((await show("vault")).ether) + ofBob.inVault);
    expect(vaultOf("studio")).toBe(0n);
    // Two in the pool, one that the L4 sold, and what Ada has or whom she paid.
    expect(vaultOf("exchange")).toBe(parseEther("4.5") + ofBob.onExchange + ofCarol.onExchange);
    expect(ofCarol.onExchange).toBe(parseEther("1") - ofBob.inVault);
    expect(ofBob.onExchange + ofCarol.onExchange).toBe(parseEther("1"));
  });

  it("stops cleanly", async () => {
    for (const running of [studio, vault, network]) expect(await running!.signal("SIGINT")).toMatchObject({ code: 0 });
  });
});

/** Has bundles executed until so many have succeeded, whatever is killed meanwhile. */
async function bundleUntil(wanted: number): Promise<void> {
  const deadline = Date.now() + 300_000;
  for (let done = 0; done < wanted; ) {
    if (Date.now() > deadline) throw new Error("No bundle succeeds any more.");
    const client = clientOfBob();
    try {
      const [onExchange, inVault] = await Promise.all([client.client("exchange"), client.client("vault")]);
      await client.bundle([
        onExchange.prepare.transfer({ to: carol, amount: UNIT, isBase: true }),
        inVault.prepare.withdraw({ amount: UNIT, isEther: true, recipient: 0xb0bn }),
      ]);
      done += 1;
    } catch {
      // Whoever was asked is dead, or will be told that the other one is; whether the bundle has happened shows in the
      // balances.
    }
    await client.close();
    await sleep(100);
  }
}

function flipByte(proof: Hex, place: number): Hex {
  const at = 2 + place * 2;
  const flipped = (Number.parseInt(proof.slice(at, at + 2), 16) ^ 1).toString(16).padStart(2, "0");
  return `${proof.slice(0, at)}${flipped}${proof.slice(at + 2)}` as Hex;
}
