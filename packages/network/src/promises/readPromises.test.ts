import type { L1 } from "@frond/contracts";
import { announceUpgrade } from "@frond/contracts";
import { createTestNetwork, type TestNetwork } from "@frond/contracts/testing";
import { publicKeyOf } from "@frond/foundation";
import { createLayerConfig, genesisRecord, type LayerConfig } from "@frond/protocol";
import { createPublicClient, http, type PublicClient } from "viem";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createPromiseReader, type ReadLayer, readPromises } from "./readPromises.ts";

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());
beforeEach(() => network.backToStart());

const addressOf = (l1: L1) => l1.wallet.account.address;

function configOf(owner: bigint, change: Partial<LayerConfig> = {}): LayerConfig {
  const given = { parentId: 0n, index: 1n, blockKeysRoot: 3n, sequencerKey: publicKeyOf(9n), genesisStateRoot: 4n };
  return createLayerConfig({ ...given, owner, ...change });
}

/** A layer that the contract of the tests knows by the number `layerId`. */
function layerOf(layerId: bigint, owner = BigInt(addressOf(network.alice))): ReadLayer {
  const config = configOf(owner);
  return { config, record: { ...genesisRecord(config), layerId } };
}

/** A client that notes what L1 is asked. */
function counting() {
  const asked: string[] = [];
  const transport = http(network.anvil.url, {
    onFetchRequest: async (_, { body }) => void asked.push((JSON.parse(String(body)) as { method: string }).method),
  });
  const publicClient = createPublicClient({ transport }) as PublicClient;
  const { settlement } = network.owner;
  const { deploymentBlock } = network.deployment;
  return { asked, options: { publicClient, settlement, deploymentBlock } };
}

const ofLogs = (asked: readonly string[]) => asked.filter((method) => method === "eth_getLogs").length;

it("reads L1 once for a hundred questions about a layer, and for those about others twice a layer", async () => {
  const { asked, options } = counting();
  const read = createPromiseReader(options);
  const answers = await Promise.all(Array.from({ length: 100 }, () => read(layerOf(1n))));
  expect(new Set(answers.map(({ rows }) => JSON.stringify(rows))).size).toBe(1);
  const once = asked.length;
  expect(once).toBeLessThan(30);
  expect(ofLogs(asked)).toBe(1);
  await Promise.all([1n, 2n, 3n, 4n, 2n, 3n].map((layerId) => read(layerOf(layerId))));
  expect(asked.length - once).toBe(6);
  expect(ofLogs(asked)).toBe(1);
});

it("lets no more than some layers wait for their answer", async () => {
  const read = createPromiseReader(counting().options);
  const answers = await Promise.allSettled(Array.from({ length: 80 }, (_, i) => read(layerOf(BigInt(100 + i)))));
  const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  expect(refused).toHaveLength(16);
  expect(refused[0]).toMatchObject({ code: "network/promises-busy" });
});

it("shows what is announced for a layer by its owner, by whom it is to own, and by strangers", async () => {
  const { alice, bob, owner } = network;
  const [bobs, strangers] = [BigInt(addressOf(bob)), BigInt(addressOf(owner))];
  // Announced before anybody could see that it has to do with the layer's owner.
  await announceUpgrade(bob, { layer: 1n, config: configOf(bobs, { blockKeysRoot: 66n }) });
  await announceUpgrade(owner, { layer: 1n, config: configOf(strangers, { sequencerKey: publicKeyOf(1n) }) });
  await announceUpgrade(bob, { layer: 2n, config: configOf(bobs) });
  const before = await readPromises(counting().options, layerOf(1n));
  expect(before.announced.upgrades.map(({ by }) => by)).toEqual(["stranger", "stranger"]);
  expect(before.rows.find(({ about }) => about === "exit window")).toMatchObject({ promise: "359 hours" });

  await announceUpgrade(alice, { layer: 1n, config: configOf(bobs) });
  const { announced, rows } = await readPromises(counting().options, layerOf(1n));
  expect(announced.more).toBe(0);
  expect(announced.upgrades.map(({ announcer, by }) => [announcer, by])).toEqual([
    [addressOf(alice), "owner"],
    [addressOf(bob), "next owner"],
    [addressOf(owner), "stranger"],
  ]);
  const { promise, detail } = rows.find(({ about }) => about === "exit window")!;
  expect(promise).toMatch(/^an upgrade from /);
  expect(detail).toContain("It changes owner, and takes effect");
  expect(detail).toContain(`${addressOf(bob)}, who is not the owner now and is after an announced upgrade, has`);
  expect(detail).toContain("It changes blockKeysRoot, owner, and takes effect");
  expect(detail).toContain(`${addressOf(owner)}, who is not the owner, has announced`);
});
