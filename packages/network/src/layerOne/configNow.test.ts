import { announceUpgrade } from "@frond/contracts";
import { createTestNetwork, type TestNetwork } from "@frond/contracts/testing";
import { publicKeyOf } from "@frond/foundation";
import { createLayerConfig, layerConfigHash, MessageKind } from "@frond/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { configNow } from "./configNow.ts";

const LAYER = 1n;
const configOf = (blockKeysRoot: bigint) =>
  createLayerConfig({
    ...{ parentId: 0n, index: 1n, blockKeysRoot, sequencerKey: publicKeyOf(9n), genesisStateRoot: 4n },
    ...{ committeeThreshold: 3, owner: 7n },
  });

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());

it("is the first config until an epoch has carried an upgrade, then what was announced", async () => {
  const { alice, deployment } = network;
  const [first, next] = [configOf(3n), configOf(5n)];
  const now = (config = first) =>
    configNow(network.bob, { layerId: LAYER, config, deploymentBlock: deployment.deploymentBlock });
  expect(await now()).toBe(first);
  const { usableFrom } = await announceUpgrade(alice, { layer: LAYER, config: next });
  expect(await now()).toBe(first);
  const recipient = BigInt(alice.wallet.account.address);
  const carried = { direction: 0, kind: MessageKind.upgrade, asset: 0, amount: 0n, layer: LAYER, recipient } as const;
  await network.settleUntil(usableFrom, { items: [{ ...carried, payload: layerConfigHash(next) }] });
  expect(await now()).toEqual(next);
  // A follower may know it already.
  expect(await now(next)).toBe(next);
});
