import type { L1 } from "@frond/contracts";
import { announceUpgrade } from "@frond/contracts";
import { createTestNetwork, type TestNetwork } from "@frond/contracts/testing";
import { publicKeyOf } from "@frond/foundation";
import { createLayerConfig, genesisRecord, type LayerConfig } from "@frond/protocol";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type ReadLayer, readPromises } from "./readPromises.ts";

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

const optionsOf = ({ owner, deployment }: TestNetwork) => ({ ...owner, deploymentBlock: deployment.deploymentBlock });

it("shows what is announced for a layer by its owner, by whom it is to own, and by strangers", async () => {
  const { alice, bob, owner } = network;
  const [bobs, strangers] = [BigInt(addressOf(bob)), BigInt(addressOf(owner))];
  // Announced before anybody could see that it has to do with the layer's owner.
  await announceUpgrade(bob, { layer: 1n, config: configOf(bobs, { blockKeysRoot: 66n }) });
  await announceUpgrade(owner, { layer: 1n, config: configOf(strangers, { sequencerKey: publicKeyOf(1n) }) });
  await announceUpgrade(bob, { layer: 2n, config: configOf(bobs) });
  const before = await readPromises(optionsOf(network), layerOf(1n));
  expect(before.announced.upgrades.map(({ by }) => by)).toEqual(["stranger", "stranger"]);
  expect(before.rows.find(({ about }) => about === "exit window")).toMatchObject({ promise: "7 days" });

  await announceUpgrade(alice, { layer: 1n, config: configOf(bobs) });
  const { announced, rows } = await readPromises(optionsOf(network), layerOf(1n));
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
