import { FIELD_MODULUS, publicKeyOf } from "@frond/foundation";
import {
  createLayerConfig,
  LAYER_CONFIG,
  layerConfigHash,
  MessageKind,
  type SettlementItem,
  toElements,
} from "@frond/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import { type L1, readSettled, settleEpoch } from "./actions.ts";
import { DURATIONS } from "./durations.ts";
import { createUpgradeReader } from "./reader/createUpgradeReader.ts";
import { freezeLayer } from "./testing/forcing.ts";
import { contractErrorName, refusalOf } from "./testing/settlementAttacks.ts";
import { createTestNetwork, type TestNetwork } from "./testing/testNetwork.ts";
import { refusal } from "./testing/tokens.ts";
import { announceUpgrade, cancelUpgrade, readUpgrade } from "./upgrade.ts";

const layer = 1n;
const NOTICE = BigInt(DURATIONS.upgradeSeconds.default);
const TOLERANCE_MILLISECONDS = 15_000n;

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());

beforeEach(() => network.backToStart());

function configOf(blockKeysRoot: bigint) {
  const { x, y } = publicKeyOf(9n);
  return createLayerConfig({ parentId: 0n, index: 1n, blockKeysRoot, sequencerKey: { x, y }, genesisStateRoot: 4n });
}
const config = configOf(3n);
const addressOf = (l1: L1) => l1.wallet.account.address;
const announce = (l1: L1, root = 3n) => announceUpgrade(l1, { layer, config: configOf(root) });

function item(l1: L1, payload = layerConfigHash(config)): SettlementItem {
  const recipient = BigInt(addressOf(l1));
  return { direction: 0, kind: MessageKind.upgrade, asset: 0, amount: 0n, layer, recipient, payload };
}

/** What is pending at the last block, read from the beginning. */
async function pending() {
  const { publicClient, owner, deployment } = network;
  const read = createUpgradeReader({ ...owner, deploymentBlock: deployment.deploymentBlock });
  const [blockNumber, { settledUntil }] = [
    await publicClient.getBlockNumber({ cacheTime: 0 }),
    await readSettled(owner),
  ];
  return await read({ blockNumber, settledUntil: Number(settledUntil) });
}

async function listingAt(until: bigint, list: SettlementItem[]): Promise<string | undefined> {
  const epoch = await network.propose({ items: list, until });
  return refusalOf(network.owner, epoch, { atSeconds: until / 1_000n + 1n });
}

describe("an upgrade", () => {
  it("is announced whole, with the hash that the protocol computes, for as long as its notice", async () => {
    const announced = await announce(network.alice);
    const { timestamp } = await network.publicClient.getBlock({ blockNumber: announced.block });
    const usableFrom = (timestamp + NOTICE) * 1_000n;
    const usableBefore = usableFrom + NOTICE * 1_000n;
    const { configHash } = announced;
    expect(announced).toMatchObject({ configHash: layerConfigHash(config), usableFrom, usableBefore });
    expect(await pending()).toEqual([
      {
        ...{ layer, announcer: addressOf(network.alice), configHash, isCancelled: false },
        ...{ usableFrom: Number(usableFrom), usableBefore: Number(usableBefore) },
        config: toElements(LAYER_CONFIG, config),
      },
    ]);
    expect(await readUpgrade(network.bob, { layer, announcer: addressOf(network.alice) })).toEqual({
      ...{ configHash, usableFrom, usableBefore },
    });
  });

  it("is carried by an epoch that ends when the time is over, and once", async () => {
    const { usableFrom } = await announce(network.alice);
    const list = [item(network.alice)];
    expect(await listingAt(usableFrom - 1n, list)).toBe("UpgradeTooEarly");
    expect(await listingAt(usableFrom, list)).toBeUndefined();
    expect(await listingAt(usableFrom, [...list, ...list])).toBe("UpgradeMissing");
    await network.settleUntil(usableFrom, { items: list });
    expect(await listingAt(usableFrom + 1n, list)).toBe("UpgradeMissing");
    expect(await readUpgrade(network.bob, { layer, announcer: addressOf(network.alice) })).toBeUndefined();
    expect(await pending()).toEqual([]);
  });

  it("is void after as long again, and another can take its place", async () => {
    const { usableFrom, usableBefore } = await announce(network.alice);
    // Whichever epoch begins before may be proven, however long it takes.
    await network.settleUntil(usableBefore - 1n);
    expect(await listingAt(usableBefore + 60_000n, [item(network.alice)])).toBeUndefined();
    expect(await refusal(announce(network.alice, 4n))).toBe("UpgradePending");
    expect(await pending()).toHaveLength(1);
    await network.settleUntil(usableBefore);
    expect(await listingAt(usableBefore + 60_000n, [item(network.alice)])).toBe("UpgradeOver");
    expect(await pending()).toEqual([]);
    const next = await announce(network.alice, 4n);
    expect(next.usableFrom).toBeGreaterThan(usableFrom + NOTICE * 1_000n);
    expect(await pending()).toMatchObject([{ configHash: layerConfigHash(configOf(4n)) }]);
  });

  it("that is over for every epoch that begins now can't be cancelled", async () => {
    const { usableBefore } = await announce(network.alice);
    const before = usableBefore - TOLERANCE_MILLISECONDS - 1_000n;
    await network.request("evm_setNextBlockTimestamp", Number(before / 1_000n));
    await network.request("evm_mine");
    expect(await refusal(cancelUpgrade(network.bob, { layer }))).toBe("UpgradeMissing");
    await network.request("evm_setNextBlockTimestamp", Number(usableBefore / 1_000n));
    await network.request("evm_mine");
    expect(await refusal(cancelUpgrade(network.alice, { layer }))).toBe("UpgradeMissing");
    expect(await readUpgrade(network.bob, { layer, announcer: addressOf(network.alice) })).toMatchObject({
      usableBefore,
    });
  });

  it("is carried as it was announced, for who has announced it", async () => {
    const { usableFrom } = await announce(network.alice);
    expect(await listingAt(usableFrom, [item(network.bob)])).toBe("UpgradeMissing");
    expect(await listingAt(usableFrom, [{ ...item(network.alice), layer: 2n }])).toBe("UpgradeMissing");
    for (const change of [
      { payload: 1n },
      { amount: 1n },
      { asset: 1 },
      { recipient: item(network.alice).recipient + (1n << 160n) },
    ]) {
      expect(await listingAt(usableFrom, [{ ...item(network.alice), ...change }])).toBe("ItemUnexpected");
    }
  });

  it("of a stranger hinders nobody's", async () => {
    await announce(network.bob, 66n);
    const { usableFrom } = await announce(network.alice);
    expect(await listingAt(usableFrom, [item(network.alice)])).toBeUndefined();
  });

  it("is the only one of its layer in an epoch, whoever has announced another", async () => {
    await announce(network.alice);
    const { usableFrom } = await announce(network.bob);
    expect(await listingAt(usableFrom, [item(network.alice), item(network.bob)])).toBe("UpgradedTwice");
    await network.settleUntil(usableFrom, { items: [item(network.alice)] });
    expect(await listingAt(usableFrom + 1n, [item(network.bob)])).toBeUndefined();
  });

  it("is announced once at a time", async () => {
    const { usableFrom } = await announce(network.alice);
    expect(await refusal(announce(network.alice, 4n))).toBe("UpgradePending");
    await network.settleUntil(usableFrom, { items: [item(network.alice)] });
    expect(await refusal(announce(network.alice, 4n))).toBe("accepted");
  });

  it("is of a layer that is there and not frozen, and made of a config's fields", async () => {
    const announceWords = (id: bigint, words: readonly bigint[]) =>
      network.publicClient
        .simulateContract({
          account: network.alice.wallet.account,
          address: network.deployment.address,
          abi: settlementAbi,
          functionName: "announceUpgrade",
          args: [id, words],
        })
        .then(() => "accepted", contractErrorName);
    const words = new Array<bigint>(10).fill(1n);
    expect(await announceWords(layer, words)).toBe("accepted");
    expect(await announceWords(100n, words)).toBe("LayerUnknown");
    expect(await announceWords(layer, words.slice(1))).toBe("ConfigLengthInvalid");
    expect(await announceWords(layer, [...words, 1n])).toBe("ConfigLengthInvalid");
    expect(await announceWords(layer, words.with(9, FIELD_MODULUS))).toBe("NotInField");
    await freezeLayer(network, layer);
    expect(await announceWords(layer, words)).toBe("LayerIsFrozen");
  });
});

describe("a cancelled upgrade", () => {
  it("is gone at once while no epoch could carry it, and another can be announced", async () => {
    const { usableFrom } = await announce(network.alice);
    expect(await refusal(cancelUpgrade(network.bob, { layer }))).toBe("UpgradeMissing");
    await cancelUpgrade(network.alice, { layer });
    expect(await refusal(cancelUpgrade(network.alice, { layer }))).toBe("UpgradeMissing");
    expect(await listingAt(usableFrom, [item(network.alice)])).toBe("UpgradeMissing");
    expect(await pending()).toEqual([]);
    expect(await refusal(announce(network.alice, 4n))).toBe("accepted");
  });

  it("voids no epoch that was proven before, and is carried by none that begins later", async () => {
    const { usableFrom } = await announce(network.alice);
    await network.settleUntil(usableFrom - 5_000n);
    const proven = await network.propose({ items: [item(network.alice)], until: usableFrom });
    const seconds = usableFrom / 1_000n + 60n;
    await network.request("evm_setNextBlockTimestamp", Number(seconds));
    await cancelUpgrade(network.alice, { layer });
    expect(await refusal(cancelUpgrade(network.alice, { layer }))).toBe("UpgradeMissing");
    // It can still be carried, so another one has to wait.
    expect(await refusal(announce(network.alice, 4n))).toBe("UpgradePending");
    expect(await refusalOf(network.owner, proven)).toBeUndefined();

    const usableBefore = seconds * 1_000n + TOLERANCE_MILLISECONDS + 1n;
    expect(await readUpgrade(network.bob, { layer, announcer: addressOf(network.alice) })).toMatchObject({
      usableBefore,
    });
    expect(await pending()).toMatchObject([{ usableBefore: Number(usableBefore), isCancelled: true }]);
    await network.settleUntil(usableBefore - 1n);
    expect(await listingAt(usableBefore + 5n, [item(network.alice)])).toBeUndefined();
    await settleEpoch(network.owner, await network.propose({ until: usableBefore }));
    expect(await listingAt(usableBefore + 5n, [item(network.alice)])).toBe("UpgradeOver");
    expect(await pending()).toEqual([]);
    expect(await refusal(announce(network.alice, 4n))).toBe("accepted");
  });
});
