import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { announceUpgrade, readUpgrade, settlementAbi } from "@frond/contracts";
import { fieldToHex, publicKeyOf } from "@frond/foundation";
import { NEXT_FILE, readLayerFile, requireLayerFile, writeJsonFile } from "@frond/network/directory";
import { signedLayerOf } from "@frond/network/promises";
import { localAccount, walletAt } from "@frond/network/wallets";
import { addressOf, layerConfigHash, toJsonValue } from "@frond/protocol";
import { createNetworkClient } from "@frond/sdk";
import { createPublicClient, encodeAbiParameters, type Hex, http, keccak256, type PublicClient, toHex } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { shop } from "./applications/shop.ts";
import { shop as nextShop } from "./applications/shop2.ts";
import { expectFollowed } from "./support/expectFollowed.ts";
import { type Forwarded, forward } from "./support/forward.ts";
import {
  configPath,
  frond,
  frondJson,
  type Network,
  ports,
  startFollower,
  startNetwork,
  startNode,
  temporaryDirectory,
  until,
} from "./support/frond.ts";
import { otherHost } from "./support/otherHost.ts";
import { askRpc, callRpc } from "./support/rpc.ts";
import { type SettledAgain, settleAgain } from "./support/settleAgain.ts";

/*
 * Another version of an application in a running tree: announced, seen by everybody, carried by an epoch with a real
 * proof once the notice is over, and run on the state as it is. Then a stranger on another host follows that from L1.
 * Each test goes on where the one before ended.
 */

type NetworkFile = { l1Url: string; settlement: Hex; coordinatorUrl: string };
type Announced = { usableFrom: number; configHash: Hex; changes: string[]; application: string[] };
type Shown = {
  rows: { about: string; promise: string; detail: string }[];
  announced: { upgrades: { by: string; announcer: Hex; configHash: Hex }[] };
};
type Settled = { epoch: number; layers: number; blocks: number; l1Transaction: Hex; rootAfter: Hex };

const SECRET = 0xa11cen;
const alice = addressOf(publicKeyOf(SECRET));
const owner = localAccount(5);
const stranger = localAccount(6);
const nextApplication = fileURLToPath(new URL("applications/shop2.ts", import.meta.url));

const directory = temporaryDirectory();
const elsewhere = temporaryDirectory();
const data = ["--data", directory.path];
const host = otherHost();
let network: Network;
let node: Network;
let follower: Network | undefined;
let l1: Forwarded | undefined;
let announced: Announced;
let carried: Settled;

const networkFile = (): NetworkFile => JSON.parse(readFileSync(join(directory.path, "network.json"), "utf8"));
const publicClient = () => createPublicClient({ transport: http(networkFile().l1Url) }) as unknown as PublicClient;
const nextFile = () => readLayerFile(directory.path, "shop", NEXT_FILE)!;
const settledLines = (): Settled[] =>
  network.output.stdout.split("\n").flatMap((line) => (line.startsWith('{"epoch"') ? JSON.parse(line) : []));

async function settled(epoch: number): Promise<Settled> {
  await until(() => settledLines().some((line) => line.epoch === epoch), `epoch ${epoch} has settled`, 900);
  return settledLines().find((line) => line.epoch === epoch)!;
}

async function startShop(): Promise<void> {
  node = startNode([...data, "--layer", "shop", "--host", host.here, "--port", "0", "--json"]);
  await node.line('"layerId"');
  await until(async () => {
    const [layer] = await askRpc<{ status: string }[]>(networkFile().coordinatorUrl, "frond_layers");
    return layer!.status === "online";
  }, "the layer is online");
}

function clientOf<S>(itsShop: S) {
  const { coordinatorUrl: coordinator } = networkFile();
  return createNetworkClient({ coordinator, applications: { shop: itsShop }, secret: SECRET });
}

const upgrade = (...options: string[]) => frondJson<Announced>("layer", "upgrade", "shop", ...options, ...data);
const show = async () => {
  const shown = await frondJson<Shown>("layer", "show", "shop", ...data);
  return { ...shown, exitWindow: shown.rows.find(({ about }) => about === "exit window")! };
};

beforeAll(async () => {
  const options = ["--config", configPath("upgrade"), "--host", host.here, "--without", "shop", ...ports, "--json"];
  // Longer than the notice: the epoch of the first block carries the upgrade that was announced before.
  network = startNetwork(...data, ...options, "--epoch-seconds", "20");
  await network.line("Frond is running");
  await startShop();
  const keyOf = (account: typeof owner) => ({ privateKey: toHex(account.getHdKey().privateKey!) });
  writeJsonFile(join(directory.path, "accounts.json"), { owner: keyOf(owner), stranger: keyOf(stranger) });
}, 900_000);

afterAll(async () => {
  for (const process of [follower, node, network]) await process?.signal("SIGKILL");
  l1?.close();
  host.remove();
  directory.remove();
  elsewhere.remove();
});

it("refuses an upgrade by anybody but the layer's owner", async () => {
  const options = ["--application", nextApplication, "--account", "stranger"];
  const refused = await frond("layer", "upgrade", "shop", ...options, ...data);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/stranger does not own the layer shop: 0x9965507d.* does/);
  expect(readLayerFile(directory.path, "shop", NEXT_FILE)).toBeUndefined();
});

it("shows what the owner has announced", async () => {
  expect((await show()).exitWindow.detail).toMatch(/on L1 16 seconds before.* Nothing is announced\./);
  announced = await upgrade("--application", nextApplication, "--account", "owner");
  expect(announced).toMatchObject({ changes: ["blockKeysRoot"] });
  expect(announced.application.join("\n")).toMatch(/spend/);
  // Soon, so that the epoch of this block is the one that carries the upgrade.
  const client = clientOf(shop);
  await (await client.client("shop")).methods.earn({ points: 10n });
  await client.close();
  // What L1 says is kept for some seconds.
  await until(async () => (await show()).announced.upgrades.length > 0, "the announcement is shown");
  const { exitWindow, announced: pending } = await show();
  expect(exitWindow.promise).toMatch(/^an upgrade from 20/);
  expect(exitWindow.detail).toContain("It changes blockKeysRoot");
  expect(pending.upgrades).toMatchObject([{ by: "owner", configHash: announced.configHash }]);
}, 600_000);

it("carries it when the notice is over, in the epoch of a block of the former version", async () => {
  const { l1Url, settlement, coordinatorUrl } = networkFile();
  const { layerId } = requireLayerFile(directory.path, "shop");
  // The same by a stranger, and one that makes the stranger the owner.
  const wallet = await walletAt(l1Url, stranger);
  const next = nextFile();
  await announceUpgrade({ wallet, publicClient: publicClient(), settlement }, { layer: layerId, config: next.config });
  const theft = { ...next, config: { ...next.config, owner: BigInt(stranger.address) } };
  const { error } = await callRpc(coordinatorUrl, "frond_upgradeLayer", toJsonValue(signedLayerOf(theft)));
  expect(error?.message).toMatch(/its owner 0x9965507d.* has not announced this configuration on L1/);

  const client = clientOf(shop);
  const onShop = await client.client("shop");
  await network.line("Epoch 1: proving blocks");
  // Promised by the former version, and executed by the next one.
  await onShop.methods.earn({ points: 5n });
  await client.close();
  carried = await settled(1);
  expect(carried).toMatchObject({ layers: 1, blocks: 1 });
  const former = requireLayerFile(directory.path, "shop").config;
  const { config, record } = await frondJson<{ config: unknown; record: { configHash: Hex } }>(
    "layer",
    "show",
    "shop",
    ...data,
  );
  expect(record.configHash).toBe(announced.configHash);
  expect(config).toEqual(toJsonValue(next.config));
  expect(record.configHash).not.toBe(fieldToHex(layerConfigHash(former)));
  const announcer = owner.address;
  expect(
    await readUpgrade({ publicClient: publicClient(), settlement }, { layer: layerId, announcer }),
  ).toBeUndefined();
  // What the stranger has announced stays what it is.
  await until(
    async () => (await show()).announced.upgrades.every(({ by }) => by === "stranger"),
    "the owner's announcement is over",
  );
}, 1_200_000);

it("would not have been settled before its time, for anybody else, or without the announcement", async () => {
  const { settlement } = networkFile();
  const { layerId } = requireLayerFile(directory.path, "shop");
  const again = await settleAgain(publicClient(), { settlement, transaction: carried.l1Transaction });
  expect(await again.refusal()).toBeUndefined();
  const times = await timesSlot({ layer: layerId, announcer: owner.address });
  const { until: end } = again.epoch;
  const between = (from: bigint, before: bigint) => ({ [times]: toHex((before << 64n) | from, { size: 32 }) });
  expect(await again.refusal({}, between(end, end))).toBeUndefined();
  expect(await again.refusal({}, between(end + 1n, end + 2n))).toBe("UpgradeTooEarly");
  expect(await again.refusal({}, between(1n, 0n))).toBe("UpgradeOver");
  expect(await again.refusal({}, between(0n, 0n))).toBe("UpgradeMissing");
  // The stranger has announced the same, in time.
  expect(await again.refusal(withAnnouncer(again, BigInt(stranger.address)))).toBe("BlobRefused");
});

/** The same epoch with another announcer of its one item. */
function withAnnouncer({ epoch: { words } }: SettledAgain, announcer: bigint) {
  expect(words).toHaveLength(4);
  expect(words[2]).toBe(BigInt(owner.address));
  return { words: words.with(2, announcer) };
}

/** Where the contract keeps since when an announcement may be used: found by asking it with other storage. */
async function timesSlot({ layer, announcer }: { readonly layer: bigint; readonly announcer: Hex }): Promise<Hex> {
  const { settlement: address } = networkFile();
  const of = { address, abi: settlementAbi, functionName: "upgrades", args: [layer, announcer] } as const;
  for (let slot = 0n; slot < 64n; slot++) {
    const ofLayer = keccak256(encodeAbiParameters([{ type: "uint256" }, { type: "uint256" }], [layer, slot]));
    const place = keccak256(encodeAbiParameters([{ type: "address" }, { type: "bytes32" }], [announcer, ofLayer]));
    const times = toHex(BigInt(place) + 1n, { size: 32 });
    const stateOverride = [{ address, stateDiff: [{ slot: times, value: toHex(77n, { size: 32 }) }] }];
    const [, usableFrom] = await publicClient().readContract({ ...of, stateOverride });
    if (usableFrom === 77n) return times;
  }
  throw new Error("The contract keeps announcements elsewhere.");
}

it("runs the next version on the state as it is, and settles it by a real proof", async () => {
  const client = clientOf(nextShop);
  await node.signal("SIGINT");
  await startShop();
  expect(requireLayerFile(directory.path, "shop").application).toBe(nextApplication);
  expect(readLayerFile(directory.path, "shop", NEXT_FILE)).toBeUndefined();
  const onShop = await client.client("shop");
  // What was promised before counts twice now.
  await until(async () => (await onShop.state.accounts.get(alice))?.points === 20n, "it is executed again");
  const spent = await onShop.methods.spend({ points: 3n });
  expect(await spent.settled({ timeoutSeconds: 900 })).toMatchObject({ status: "settled", epoch: 2 });
  expect(await settled(2)).toMatchObject({ layers: 1 });
  expect((await onShop.state.accounts.get(alice))?.points).toBe(17n);
  await client.close();
}, 1_200_000);

it("is followed by a stranger on another host, byte for byte", async () => {
  const { settlement, coordinatorUrl, l1Url } = networkFile();
  l1 = await forward(l1Url, host.here);
  const options = ["--l1", l1.url, "--settlement", settlement, "--confirmations", "0", "--data", elsewhere.path];
  follower = startFollower([...options, "--host", host.there, "--port", "0", "--json"], host.prefix);
  const { url: followerUrl } = JSON.parse(await follower.line('"listening"')) as { url: string };
  await until(
    async () => (await askRpc<{ epoch: number }>(followerUrl, "frond_follower")).epoch === 2,
    "both epochs are followed",
  );
  const [{ url }] = (await askRpc<{ url: string }[]>(coordinatorUrl, "frond_layers")) as [{ url: string }];
  const entries = await expectFollowed({
    ...{ dataDirectory: directory.path, coordinatorUrl, settlement, root: BigInt((await settled(2)).rootAfter) },
    layers: [{ name: "shop", url }],
    accounts: [alice, alice + 1n],
    followerUrl,
    followerDirectory: elsewhere.path,
  });
  expect(entries).toBe(1);
}, 300_000);
