import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createPublicClient, type Hex, http, parseEther } from "viem";
import { foundry } from "viem/chains";
import { afterAll, describe, expect, it } from "vitest";
import {
  configPath,
  descendantsOf,
  frond,
  frondJson,
  isRunning,
  type Network,
  ports,
  startNetwork,
  startNode,
  temporaryDirectory,
  until,
} from "./support/frond.ts";

/*
 * A tree of an L2, two L3s and an L4, with real proofs on a real L1. One of the L3s is a process of its own. Money goes straight to the L4 and is swapped on the L2, bundles happen, processes are killed; all is settled by one proof
 * an epoch, and nothing is lost.
 */

type NetworkFile = { l1Url: string; settlement: Hex; coordinatorUrl: string };
type Vaults = { name: string; vault: Record<string, string> }[];
type Balances = { ether: string; quote: string; address: Hex; claimable: { ether: string } };
type NetworkStatus = { epoch: { proving: number | null }; layers: { blocksSealed: number }[] };
type LayerStatus = { name: string; status: string; layerId: Hex };

const directory = temporaryDirectory();
const data = ["--data", directory.path];
let network: Network | undefined;
let vault: Network | undefined;

const networkFile = (): NetworkFile => JSON.parse(readFileSync(join(directory.path, "network.json"), "utf8"));

async function ask<T>(method: string): Promise<T> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: {} });
  const response = await fetch(networkFile().coordinatorUrl, { method: "POST", body });
  return ((await response.json()) as { result: T }).result;
}

async function start({ epochSeconds }: { epochSeconds: number }): Promise<void> {
  const options = ["--config", configPath("tree"), ...ports, "--json", "--epoch-seconds", String(epochSeconds)];
  network = startNetwork(...data, ...options, "--without", "vault");
  await network.line("Frond is running");
}

async function startVault(): Promise<void> {
  vault = startNode(...data, "--layer", "vault", "--json");
  await until(async () => {
    const layers = await ask<LayerStatus[]>("frond_layers");
    return layers.every(({ status }) => status === "online");
  }, "all layers are online");
}

const show = (layer: string) => frondJson<Balances>("account", "show", "--layer", layer, ...data);
const settledLines = () => network!.output.stdout.split("\n").filter((line) => line.startsWith('{"epoch"'));

afterAll(async () => {
  await network?.signal("SIGKILL");
  await vault?.signal("SIGKILL");
  directory.remove();
});

describe("a tree", () => {
  it("starts with one layer as a process of its own, which the coordinator finds", async () => {
    // Long enough for all that follows, on a slow machine too.
    await start({ epochSeconds: 60 });
    await startVault();
    await frondJson("account", "new", "ada", ...data);
  }, 900_000);

  it("credits deposits straight to an L4 and to an L3 of its own", async () => {
    await frondJson("deposit", "4ether", "--layer", "exchange", "--wait", ...data);
    await frondJson("deposit", "8000ether", "--asset", "quote", "--layer", "exchange", "--wait", ...data);
    await frondJson("deposit", "2ether", "--layer", "desk", "--wait", ...data);
    await frondJson("deposit", "1ether", "--layer", "vault", "--wait", ...data);
    expect((await show("desk")).ether).toBe(String(parseEther("2")));
    expect((await show("vault")).ether).toBe(String(parseEther("1")));
  });

  it("calls the L2 from the L4, and gets the answer in the same epoch", async () => {
    const liquidity = ["--base", "2ether", "--maximumQuote", "4000ether", "--minimumShares", "1"];
    await frondJson("call", "addLiquidity", ...liquidity, ...data);
    const { layerId } = (await ask<LayerStatus[]>("frond_layers")).find(({ name }) => name === "exchange")!;
    const convert = ["--exchange", layerId, "--amount", "1ether", "--minimumOut", "1", "--sellEther", "true"];
    await frondJson("call", "convert", ...convert, "--layer", "desk", ...data);
    await until(async () => BigInt((await show("desk")).quote) > 0n, "the proceeds are on the L4", 60);
    expect((await show("desk")).ether).toBe(String(parseEther("1")));
  });

  it("gives money back that another layer refuses", async () => {
    const { layerId } = (await ask<LayerStatus[]>("frond_layers")).find(({ name }) => name === "exchange")!;
    const convert = [
      "--exchange",
      layerId,
      "--amount",
      "0.5ether",
      "--minimumOut",
      "100000ether",
      "--sellEther",
      "true",
    ];
    await frondJson("call", "convert", ...convert, "--layer", "desk", ...data);
    await until(async () => (await show("desk")).ether === String(parseEther("1")), "the money has come back", 60);
  });

  it("executes all legs of a bundle or none, and says which one failed", async () => {
    const { address } = await show("vault");
    const leg = (layer: string, call: string) => ["--leg", `${layer} ${call}`];
    const bundle = await frondJson<{ status: string; legs: unknown[] }>(
      "bundle",
      ...leg("exchange", `transfer to=${address} amount=0.1ether isBase=true`),
      ...leg("vault", `withdraw amount=0.25ether isEther=true recipient=${address}`),
      ...data,
    );
    expect(bundle).toMatchObject({ status: "preconfirmed" });
    expect(bundle.legs).toHaveLength(2);
    const before = await show("exchange");
    const failing = await frond(
      "bundle",
      ...leg("exchange", `withdraw amount=0.1ether isBase=true recipient=${address}`),
      ...leg("vault", `withdraw amount=1000ether isEther=true recipient=${address}`),
      ...data,
    );
    expect(failing.code).toBe(1);
    expect(failing.stderr).toContain("vault");
    expect(failing.stderr).toContain("the balance is too small");
    expect(await show("exchange")).toEqual(before);
  });

  it("settles by one proof, killed in between, without the layer that died", async () => {
    await network!.line("Epoch 1: folding");
    const children = descendantsOf(network!.pid);
    await Promise.all([network!.signal("SIGKILL"), vault!.signal("SIGKILL")]);
    await until(() => !children.some(({ pid }) => isRunning(pid)), "all processes have ended", 30);
    await start({ epochSeconds: 5 });
    await until(() => settledLines().length > 0, "epoch 1 has settled", 900);
    expect(JSON.parse(settledLines()[0]!)).toMatchObject({ epoch: 1, leftOut: [] });
  }, 1_200_000);

  it("takes the layer back when it comes back, with everything it had promised, and settles all of it", async () => {
    await startVault();
    await until(
      async () => (await show("vault")).ether === String(parseEther("0.75")),
      "the vault has what it had",
      60,
    );
    await until(
      async () => {
        const { epoch, layers } = await ask<NetworkStatus>("frond_network");
        return epoch.proving === null && layers.every(({ blocksSealed }) => blocksSealed === 0);
      },
      "everything has settled",
      900,
    );
    for (const line of settledLines()) expect(JSON.parse(line)).toMatchObject({ leftOut: [] });
  }, 1_200_000);

  it("has in its vaults what L1 holds, and in its accounts what its vaults have", async () => {
    const { l1Url, settlement } = networkFile();
    const client = createPublicClient({ chain: foundry, transport: http(l1Url) });
    const held = await client.getBalance({ address: settlement });
    const vaults = await ask<Vaults>("frond_getVaults");
    const vaultOf = (name: string) => BigInt(vaults.find((layer) => layer.name === name)!.vault["1"] ?? 0);
    const ether = vaults.reduce((sum, { vault: amounts }) => sum + BigInt(amounts["1"] ?? 0), 0n);
    // The withdrawal of the bundle waits on L1 for whoever owns the address.
    expect(held - ether).toBe(parseEther("0.25"));
    expect(vaultOf("desk")).toBe(parseEther("1"));
    expect(vaultOf("vault")).toBe(parseEther("0.75"));
    // Two in the pool and one that the L4 sold; the rest is Ada's, or whom she paid.
    expect(vaultOf("exchange")).toBe(parseEther("5"));
  });

  it("stops cleanly", async () => {
    expect(await vault!.signal("SIGINT")).toMatchObject({ code: 0 });
    expect(await network!.signal("SIGINT")).toMatchObject({ code: 0 });
  });
});
