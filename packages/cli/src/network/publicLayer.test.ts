import { announceUpgrade, settleEpoch, settlementAbi, untilMined } from "@frond/contracts";
import { createTestNetwork, demandFreezeOf, freezeItem, type TestNetwork } from "@frond/contracts/testing";
import { publicKeyOf } from "@frond/foundation";
import {
  createLayerConfig,
  FLAG_FROZEN,
  genesisRecord,
  layerIdOfConfig,
  layerRoot,
  MessageKind,
  toJson,
} from "@frond/protocol";
import { stringToHex } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { publicLayer } from "./publicLayer.ts";

const common = { parentId: 0n, index: 1n, sequencerKey: publicKeyOf(9n), genesisStateRoot: 4n, owner: 7n };
const config = createLayerConfig({ ...common, blockKeysRoot: 3n });
const description = stringToHex(toJson([{ config }]));
const [layer, addedLater] = [layerIdOfConfig(config), 5n];

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork({
    root: layerRoot(genesisRecord(config)),
    layers: [layer, addedLater],
    description,
  });
});
afterAll(() => network.close());

const found = (layerId: bigint, { settlement, deploymentBlock } = place()) => {
  const at = { l1Url: network.anvil.url, settlement, deploymentBlock: undefined };
  return publicLayer({ ...network.bob, settlement, place: at, deploymentBlock }, layerId, undefined);
};
const place = () => ({ settlement: network.owner.settlement, deploymentBlock: network.deployment.deploymentBlock });

it("is what L1 tells of the layers of the beginning, with their upgrades, and whether they are frozen", async () => {
  const { alice, owner } = network;
  expect(await found(layer)).toMatchObject({ config, record: { layerId: layer, flags: 0n }, isFollowed: false });
  const next = createLayerConfig({ ...common, blockKeysRoot: 5n });
  const { usableFrom, configHash: payload } = await announceUpgrade(alice, { layer, config: next });
  const recipient = BigInt(alice.wallet.account.address);
  const carried = { direction: 0, kind: MessageKind.upgrade, asset: 0, amount: 0n, layer, recipient, payload } as const;
  await network.settleUntil(usableFrom, { items: [carried] });
  await demandFreezeOf(network, layer);
  await settleEpoch(owner, await network.propose({ items: [freezeItem(layer)] }));
  expect(await found(layer)).toMatchObject({ config: next, record: { layerId: layer, flags: FLAG_FROZEN } });
});

it("is not known of layers that were added later, nor of those that L1 does not have", async () => {
  await expect(found(addedLater)).rejects.toThrow(/was added later, and what it is stands in blobs\. Follow L1 with/);
  await expect(found(77n)).rejects.toThrow(/L1 has no layer .* yet/);
});

it("is not what a deployment says of its layers that began with another root", async () => {
  const settlement = await network.deployTwin({ root: 1n });
  const deploymentBlock = await network.publicClient.getBlockNumber({ cacheTime: 0 });
  const asked = () => found(layer, { settlement, deploymentBlock });
  await expect(asked()).rejects.toMatchObject({ code: "contracts/genesis-missing" });
  const { wallet } = network.bob;
  const call = { address: settlement, abi: settlementAbi, functionName: "describe", args: [description] } as const;
  await untilMined(network.publicClient, { hash: await wallet.writeContract(call) });
  await expect(asked()).rejects.toMatchObject({ code: "follower/genesis" });
});
