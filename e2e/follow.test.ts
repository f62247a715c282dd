import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parsePublicKey } from "@frond/committee";
import { depositEther, settlementAbi } from "@frond/contracts";
import { desk } from "@frond/desk";
import { exchange } from "@frond/exchange";
import { fieldToHex, publicKeyOf, silentLogger, sleep } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { loadConfig, type RunningNetwork, startNetwork } from "@frond/network";
import { layerDirectory, storeDirectory, writeJsonFile } from "@frond/network/directory";
import { localAccount, walletAt } from "@frond/network/wallets";
import { addressOf } from "@frond/protocol";
import { BundleFailedError, createNetworkClient, type PreparedCall } from "@frond/sdk";
import type { SettledEpoch } from "@frond/settlement";
import { createPublicClient, http, type PublicClient, parseEther, toHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shop, sizes } from "./applications/shop.ts";
import { shop as nextShop } from "./applications/shop2.ts";
import { expectFollowed, type OperatedLayer } from "./support/expectFollowed.ts";
import { type Forwarded, forward } from "./support/forward.ts";
import { freePort } from "./support/freePort.ts";
import {
  configPath,
  frond,
  frondJson,
  type Network,
  startFollower,
  startMember,
  startNode,
  temporaryDirectory,
  until,
} from "./support/frond.ts";
import { otherHost } from "./support/otherHost.ts";
import { askRpc, callRpc } from "./support/rpc.ts";
import { settleOpenEpoch } from "./support/settleOpenEpoch.ts";
import { acceptStandIns, standInQueue } from "./support/standInQueue.ts";

/*
 * A tree with bundles, a registration, a layer that is left out, others that are set back because of it, and upgrades
 * of a layer's application and of another's sequencer. Then a stranger on another host, who knows L1 and the committee
 * alone, has all of it. Proofs are stand-ins; `upgrade.test.ts` and `tree.test.ts` follow real ones.
 */

const MEMBERS = 4;
const THRESHOLD = 3;
/** For the studio, which is gone in the end: four times that, as it has exchanged messages. */
const PATIENCE = { layerTimeoutMilliseconds: 6_000 };
const LAYERS = ["exchange", "desk", "shop", "ledger", "studio"] as const;
type LayerName = (typeof LAYERS)[number];

const ALICE = 0xa11cen;
const BOB = 0xb0bn;
const [alice, bob] = [ALICE, BOB].map((secret) => addressOf(publicKeyOf(secret))) as [bigint, bigint];
const HALF = parseEther("0.5");

const directory = temporaryDirectory();
const elsewhere = temporaryDirectory();
const data = ["--data", directory.path];
const host = otherHost();
const settledEpochs: SettledEpoch[] = [];
const failures: unknown[] = [];
const nodes = new Map<string, Network>();
const members = new Map<number, Network>();
const memberPorts: number[] = [];
const followers: Network[] = [];
let running: RunningNetwork;
let l1: Forwarded;

const nextApplication = fileURLToPath(new URL("applications/shop2.ts", import.meta.url));
const application = fileURLToPath(new URL("applications/shop.ts", import.meta.url));
const committeeFile = (): string => join(elsewhere.path, "committee.json");
const memberDirectory = (member: number): string => join(elsewhere.path, `member-${member}`);
const memberUrl = (member: number): string => `http://${host.here}:${memberPorts[member]}`;

function clientOf<S>(secret: bigint, itsShop: S) {
  const applications = { exchange, desk, shop: itsShop, ledger: shop, studio: shop };
  return createNetworkClient({ coordinator: running.network.coordinatorUrl, applications, secret });
}

/** Runs the network, without its layers, with the committee that the members of this test are. */
async function start(): Promise<void> {
  const keys: string[] = [];
  for (let member = 0; member < MEMBERS; member++) {
    memberPorts.push(await freePort(host.here));
    keys.push((await frondJson<{ publicKey: string }>("member", "key", "--data", memberDirectory(member))).publicKey);
  }
  const committee = {
    members: keys.map((key, member) => ({ url: memberUrl(member), publicKey: parsePublicKey(key)! })),
    threshold: THRESHOLD,
  };
  const config = await loadConfig({ path: configPath("follow") });
  const layers = config.layers.map((layer) => (layer.name === "ledger" ? { ...layer, committee } : layer));
  running = await startNetwork({
    config: { ...config, layers },
    referenceString: "development",
    cacheDirectory: defaultCacheDirectory(),
    dataDirectory: directory.path,
    host: host.here,
    port: 0,
    coordinatorPort: 0,
    without: [...LAYERS],
    confirmations: 0,
    // Epochs end when the test says so.
    policy: { epochBlocks: Number.POSITIVE_INFINITY, epochSeconds: Number.POSITIVE_INFINITY, ...PATIENCE },
    debug: false,
    logger: silentLogger,
    onProgress() {},
    onEpoch() {},
    onSettled: (epoch) => settledEpochs.push(epoch),
    onFailed: (error) => failures.push(error),
    openQueue: standInQueue,
  });
  await acceptStandIns(running.network);
  l1 = await forward(running.network.l1Url, host.here);
  writeJsonFile(join(directory.path, "accounts.json"), {
    owner: { privateKey: toHex(localAccount(5).getHdKey().privateKey!) },
  });
}

/**
 * Has a bundle executed, as soon as all its layers answer in time: a busy machine may need several attempts. These use
 * up the layers' blocks of the epoch, so another one begins now and then.
 */
async function bundle(
  client: Pick<ReturnType<typeof clientOf>, "bundle">,
  legs: readonly PreparedCall[],
): Promise<void> {
  const deadline = Date.now() + 200_000;
  const reasons = new Set<string>();
  for (let attempt = 1; Date.now() < deadline; attempt++) {
    const failure = await client.bundle(legs).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) return;
    if (!(failure instanceof BundleFailedError)) throw failure;
    reasons.add(failure.message);
    if (attempt % 4 === 0) await running.coordinator.endEpoch();
    await sleep(500);
  }
  throw new Error(`No bundle was promised: ${[...reasons].join("\n")}`);
}

async function startLayer(layer: LayerName): Promise<void> {
  const node = startNode([...data, "--layer", layer, "--host", host.here, "--port", "0", "--json"]);
  nodes.set(layer, node);
  await node.line('"layerId"');
}

async function stopLayer(layer: LayerName): Promise<void> {
  await nodes.get(layer)!.signal("SIGINT");
}

async function areOnline(layers: readonly LayerName[]): Promise<void> {
  const isOnline = (name: string) =>
    running.coordinator.network().layers.some((layer) => layer.name === name && layer.status === "online");
  await until(() => layers.every(isOnline), `${layers.join(", ")} are online`);
}

/** Runs a member, who is given the layer's file as it is now. */
async function startTheMember(member: number): Promise<void> {
  copyFileSync(join(layerDirectory(directory.path, "ledger"), "committee.json"), committeeFile());
  const place = ["--host", host.here, "--port", String(memberPorts[member])];
  const started = startMember(["--data", memberDirectory(member), "--layer", committeeFile(), ...place, "--json"]);
  members.set(member, started);
  await started.line('"layers"');
}

async function killMember(member: number): Promise<void> {
  await members.get(member)!.signal("SIGKILL");
  members.delete(member);
}

/** Every member holds as many blocks of the ledger as any other. */
async function allHoldTheSame(): Promise<void> {
  type Served = { layers: { blocks: number }[] };
  await until(async () => {
    const counts = await Promise.all(
      [...members.keys()].map(
        async (member) => (await askRpc<Served>(memberUrl(member), "frond_member")).layers[0]!.blocks,
      ),
    );
    return counts[0]! > 0 && counts.every((count) => count === counts[0]);
  }, "all members hold the same blocks");
}

/** Ends the open epoch and waits until it is on L1. */
async function settle(): Promise<SettledEpoch> {
  const { open } = running.coordinator.network().epoch;
  const hasSettled = () => settledEpochs.some(({ epoch }) => epoch === open);
  await settleOpenEpoch(running, hasSettled).catch((cause: unknown) => {
    throw new Error(`${cause} ${stateOf()}`, { cause });
  });
  return settledEpochs.find(({ epoch }) => epoch === open)!;
}

const stateOf = () => `${JSON.stringify(running.coordinator.network(), bigText)} ${failures}`;

type Load = { unsealed: number; inbox: number; waiting: number; returning: { count: number } };

/** What of the layers is not on L1 yet. */
async function unsettled(layers: readonly LayerName[]): Promise<string[]> {
  const found: string[] = [];
  for (const { name, url } of urlsOf(layers)) {
    const known = running.coordinator.network().layers.find((layer) => layer.name === name)!;
    const { unsealed, inbox, waiting, returning } = await askRpc<Load>(url!, "frond_status");
    const count = unsealed + inbox + waiting + returning.count + known.blocksSealed + known.messagesInFlight;
    if (count > 0) found.push(`${name}: ${JSON.stringify({ unsealed, inbox, waiting, returning, known }, bigText)}`);
  }
  return found;
}

const bigText = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);

/**
 * Ends epochs until nothing of these layers is under way. What a layer has said last may be over by now: there may be
 * nothing in the open epoch, which does not end then.
 */
async function comeToRest(layers: readonly LayerName[]): Promise<void> {
  const deadline = Date.now() + 300_000;
  for (let looks = 0; looks < 3; ) {
    const left = await unsettled(layers);
    if (Date.now() > deadline) throw new Error(`No rest:\n${left.join("\n")} ${stateOf()}`);
    if (left.length > 0) await running.coordinator.endEpoch();
    looks = left.length > 0 ? 0 : looks + 1;
    await sleep(500);
  }
}

function urlsOf(layers: readonly LayerName[]): OperatedLayer[] {
  const known = running.coordinator.layers();
  return layers.map((name) => ({ name, url: known.find((layer) => layer.name === name)!.url }));
}

async function deposit(layer: LayerName, recipient: bigint): Promise<void> {
  const { l1Url, settlement } = running.network;
  const wallet = await walletAt(l1Url, localAccount(6));
  const publicClient = createPublicClient({ transport: http(l1Url) }) as PublicClient;
  const { layerId } = running.coordinator.layers().find(({ name }) => name === layer)!;
  await depositEther({ wallet, publicClient, settlement }, { layer: layerId, recipient, amount: parseEther("2") });
}

beforeAll(async () => {
  await start();
  for (let member = 0; member < MEMBERS; member++) await startTheMember(member);
  const layers = ["exchange", "desk", "shop", "ledger"] as const;
  for (const layer of layers) await startLayer(layer);
  await areOnline(layers);
}, 600_000);

afterAll(async () => {
  for (const process of [...followers, ...nodes.values(), ...members.values()]) await process.signal("SIGKILL");
  l1?.close();
  await running?.close();
  host.remove();
  directory.remove();
  elsewhere.remove();
});

const sessionOf = (layer: LayerName): number =>
  running.coordinator.network().layers.find(({ name }) => name === layer)!.session;

describe("a history", () => {
  it("has deposits, bundles on all levels, and a layer that is registered after the start", async () => {
    for (const layer of ["exchange", "desk", "ledger"] as const) await deposit(layer, alice);
    await deposit("exchange", bob);
    const client = clientOf(ALICE, shop);
    const on = {
      exchange: await client.client("exchange"),
      desk: await client.client("desk"),
      shop: await client.client("shop"),
      ledger: await client.client("ledger"),
    };
    await until(async () => {
      const [ofBob, ofAlice] = [await on.exchange.state.accounts.get(bob), await on.desk.state.accounts.get(alice)];
      return ofBob !== undefined && ofAlice !== undefined;
    }, "deposits have arrived");
    await bundle(client, [
      on.exchange.prepare.transfer({ to: 77n, amount: 1n, isBase: true }),
      on.desk.prepare.sendTo({ layer: on.exchange.layer.layerId, to: 78n, amount: 1n, isEther: true }),
      on.shop.prepare.earn({ points: 10n }),
      on.ledger.prepare.earn({ points: 20n }),
    ]);
    const options = ["--application", application, "--parent", "desk", "--sizes", JSON.stringify(sizes)];
    await frondJson("layer", "add", "studio", ...options, "--block-milliseconds", "3600000", ...data);
    await startLayer("studio");
    await areOnline(["studio"]);
    const studio = await client.client("studio");
    await until(async () => {
      await studio.methods.earn({ points: 1n });
      await settle();
      return settledEpochs.some(({ registered }) => registered === 1);
    }, "the studio is registered");
    await client.close();
  }, 600_000);

  it("has upgrades that are announced: of an application, and of a sequencer", async () => {
    const client = clientOf(ALICE, shop);
    const [onExchange, onLedger] = [await client.client("exchange"), await client.client("ledger")];
    const studio = (await client.client("studio")).layer.layerId;
    await onExchange.methods.sendTo({ layer: studio, to: alice, amount: HALF, isBase: true });
    await onLedger.methods.earn({ points: 3n });
    await client.close();
    await comeToRest(LAYERS);
    await allHoldTheSame();
    // What comes of the studio from now on never settles.
    const place = join(elsewhere.path, "studio");
    mkdirSync(place);
    copyFileSync(join(storeDirectory(directory.path, "studio"), "data.mdb"), join(place, "data.mdb"));
    const changes = [
      ["shop", "--application", nextApplication],
      ["ledger", "--new-sequencer"],
    ];
    for (const change of changes) {
      const options = [...change, "--account", "owner", ...data];
      const { usableFrom } = await frondJson<{ usableFrom: number }>("layer", "upgrade", ...options);
      await until(() => Date.now() > usableFrom, "the notice is over");
    }
  }, 300_000);

  it("has a layer that is left out, and another that is set back because of it", async () => {
    const [ofAlice, ofBob] = [clientOf(ALICE, shop), clientOf(BOB, shop)];
    const [studio, onExchange] = [await ofAlice.client("studio"), await ofBob.client("exchange")];
    await studio.methods.send({ layer: onExchange.layer.layerId, to: 79n, amount: 5n });
    await until(async () => (await onExchange.state.accounts.get(79n))?.base === 5n, "the studio's money has come");
    const paid = await onExchange.methods.transfer({ to: 80n, amount: 7n, isBase: true });
    await (await ofAlice.client("shop")).methods.earn({ points: 100n });
    await studio.methods.makeUp({ amount: parseEther("1000"), recipient: 5n });
    const before = sessionOf("exchange");
    const epoch = await settle();
    expect(epoch.leftOut).toContainEqual(expect.objectContaining({ layer: "studio", rule: "vault" }));
    expect(sessionOf("exchange")).toBeGreaterThan(before);
    await nodes.get("studio")!.signal("SIGKILL");
    // Executed again in a later epoch, while the upgrades are on L1.
    await stopLayer("shop");
    await stopLayer("ledger");
    for (const layer of ["shop", "ledger"] as const) await startLayer(layer);
    for (const member of [...members.keys()]) {
      await members.get(member)!.signal("SIGTERM");
      await startTheMember(member);
    }
    const others = ["exchange", "desk", "shop", "ledger"] as const;
    await areOnline(others);
    await comeToRest(others);
    expect(paid.preconfirmation.epoch).toBe(epoch.epoch);
    const again = await onExchange.transaction(paid.hash);
    expect(again.status).toBe("settled");
    expect(again.epoch).toBeGreaterThan(epoch.epoch);
    expect((await onExchange.state.accounts.get(80n))?.base).toBe(7n);
    await ofAlice.close();
    await ofBob.close();
  }, 600_000);

  it("goes on with the upgraded layers, in bundles too", async () => {
    const client = clientOf(ALICE, nextShop);
    const [onShop, onLedger] = [await client.client("shop"), await client.client("ledger")];
    const onExchange = await client.client("exchange");
    expect(await onShop.state.accounts.get(alice)).toMatchObject({ points: 110n });
    await bundle(client, [
      onExchange.prepare.transfer({ to: 81n, amount: 1n, isBase: true }),
      onShop.prepare.earn({ points: 5n }),
      onLedger.prepare.earn({ points: 4n }),
    ]);
    await onShop.methods.spend({ points: 20n });
    await comeToRest(["exchange", "desk", "shop", "ledger"]);
    expect(await onShop.state.accounts.get(alice)).toMatchObject({ points: 100n });
    await allHoldTheSame();
    expect(failures).toEqual([]);
    await client.close();
  }, 600_000);
});

/** Options of a follower who has nothing but L1, the contract's address, and the committee's. */
function optionsOf(place: string): string[] {
  const { settlement } = running.network;
  const known = ["--l1", l1.url, "--settlement", settlement, "--confirmations", "0", "--committee", committeeFile()];
  return [...known, "--data", join(elsewhere.path, place), "--json"];
}

/** Follows on the other host, into an empty directory, until everything that L1 has is there. */
async function follow(place: string): Promise<{ readonly url: string; readonly directory: string }> {
  const follower = startFollower([...optionsOf(place), "--host", host.there, "--port", "0"], host.prefix);
  followers.push(follower);
  const { url } = JSON.parse(await follower.line('"listening"')) as { url: string };
  await until(async () => {
    const { epoch, isCurrent } = await askRpc<{ epoch: number; isCurrent: boolean }>(url, "frond_follower");
    return isCurrent && epoch === running.coordinator.network().epoch.settled;
  }, "everything is followed");
  return { url, directory: join(elsewhere.path, place) };
}

async function expectSame(follower: { readonly url: string; readonly directory: string }): Promise<void> {
  const { coordinatorUrl, settlement, l1Url } = running.network;
  const contract = { address: settlement, abi: settlementAbi } as const;
  const root = await createPublicClient({ transport: http(l1Url) }).readContract({ ...contract, functionName: "root" });
  const layers = urlsOf(["exchange", "desk", "shop", "ledger"]);
  const compared = await expectFollowed({
    ...{ dataDirectory: directory.path, coordinatorUrl, settlement, root },
    layers: [...layers, { name: "studio", store: join(elsewhere.path, "studio") }],
    accounts: [alice, bob, 77n, 78n, 79n, 80n, 81n, 82n],
    followerUrl: follower.url,
    followerDirectory: follower.directory,
  });
  expect(compared).toBeGreaterThan(8);
}

describe("a stranger on another host", () => {
  const ledgerAt = (url: string) => `${url}/layers/${fieldToHex(idOf("ledger"))}`;
  const idOf = (layer: LayerName) => running.coordinator.layers().find(({ name }) => name === layer)!.layerId;
  const entriesOf = async (url: string) =>
    (await askRpc<{ entries: { status: { kind: string } } }>(ledgerAt(url), "frond_status")).entries.status.kind;

  it("has every layer byte for byte, and answers as the nodes do, with two of four members dead", async () => {
    for (const member of [2, 3]) await killMember(member);
    await expectSame(await follow("first"));
  }, 300_000);

  it("has all of it with the other two dead", async () => {
    for (const member of [2, 3]) await startTheMember(member);
    for (const member of [0, 1]) await killMember(member);
    await expectSame(await follow("second"));
  }, 300_000);

  it("is told so when fewer answer than it takes, has all other layers, and goes on once enough do", async () => {
    await killMember(2);
    const once = await frond("follow", ...optionsOf("once"), "--once");
    expect(once.code).toBe(1);
    expect(JSON.parse(once.stderr.trim().split("\n").at(-1)!)).toMatchObject({
      error: {
        code: "follower/state-not-followed",
        message: expect.stringMatching(/enough members of its committee/),
      },
    });
    expect(once.stderr).toContain("it takes 2 shares");

    const third = await follow("third");
    expect(await entriesOf(third.url)).toBe("waiting");
    const asked = { address: fieldToHex(alice) };
    const { error } = await callRpc(ledgerAt(third.url), "frond_getAccount", asked);
    expect(error?.data?.code).toBe("follower/state-not-followed");
    const shopAt = `${third.url}/layers/${fieldToHex(idOf("shop"))}`;
    expect(await callRpc(shopAt, "frond_getAccount", asked)).toHaveProperty("result.values");
    await startTheMember(0);
    await until(async () => (await entriesOf(third.url)) === "followed", "the committee's words are here");
    await expectSame(third);
  }, 300_000);
});
