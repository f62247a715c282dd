import type { Field } from "@frond/foundation";
import { packDepositReference, type SettlementItem } from "@frond/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { settlementAbi } from "./abi.generated.ts";
import { readCredit, readSettled, settleEpoch } from "./actions.ts";
import { demandFreeze, forcedItemWords } from "./demandFreeze.ts";
import { depositEther } from "./deposit.ts";
import { getForced } from "./events.ts";
import { readDemandedFreezes, readLayer } from "./readLayer.ts";
import { takeBack } from "./takeBack.ts";
import {
  demandFreezeOf,
  type ForcedOnLayer,
  forceOn,
  freezeItem,
  freezeLayer,
  registeredItem,
} from "./testing/forcing.ts";
import { refusalOf } from "./testing/settlementAttacks.ts";
import { createTestNetwork, type TestNetwork } from "./testing/testNetwork.ts";
import { refusal } from "./testing/tokens.ts";

const GRACE_MILLISECONDS = 3_600_000n;

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());

beforeEach(() => network.backToStart());

const statusOf = async (layer: Field) => (await readLayer(network.alice, layer)).status;
const listing = async (items: SettlementItem[], until?: bigint) =>
  refusalOf(network.owner, await network.propose({ items, ...(until === undefined ? {} : { until }) }));

/** Has the freezes of layers demanded, in their order. Gives when the last one was. */
async function demandAll(layers: readonly Field[]): Promise<bigint> {
  const forced: ForcedOnLayer[] = [];
  for (const layer of layers) forced.push(await forceOn(network.alice, layer));
  await network.settleUntil(forced.at(-1)!.deadline);
  for (const each of forced) await demandFreeze(network.alice, each);
  return (await readLayer(network.alice, layers.at(-1)!)).freezeDemandedAt!;
}

/** Has L1's clock reach a time, and says what it answers to an epoch until then. */
async function listingAt(until: bigint, items: SettlementItem[]): Promise<string | undefined> {
  const epoch = await network.propose({ items, until });
  return refusalOf(network.owner, epoch, { atSeconds: until / 1_000n + 1n });
}

describe("layers", () => {
  it("are known from the beginning, or since an epoch has registered them", async () => {
    expect(await statusOf(1n)).toBe("registered");
    expect(await statusOf(100n)).toBe("unknown");
    const deposit = () => refusal(depositEther(network.alice, { layer: 100n, recipient: 2n, amount: 5n }));
    expect(await deposit()).toBe("contracts/layer-not-registered");
    await settleEpoch(network.owner, await network.propose({ items: [registeredItem(100n), registeredItem(100n)] }));
    expect(await statusOf(100n)).toBe("registered");
    expect(await deposit()).toBe("accepted");
  });

  it("are at most eight levels below L1, and below layers that are known", async () => {
    const chain = [10n, 11n, 12n, 13n, 14n, 15n, 16n];
    const items = chain.map((id, i) => registeredItem(id, i === 0 ? 1n : chain[i - 1]!));
    expect(await listing([registeredItem(20n, 99n)])).toBe("LayerTooDeep");
    expect(await listing([registeredItem(20n, 0n)])).toBeUndefined();
    await settleEpoch(network.owner, await network.propose({ items }));
    expect(await listing([registeredItem(20n, 15n)])).toBeUndefined();
    expect(await listing([registeredItem(20n, 16n)])).toBe("LayerTooDeep");
  });

  it("are not registered by a message that says so to a layer", async () => {
    const item = { ...registeredItem(100n), direction: 0 } as const;
    expect(await listing([item])).toBe("ItemKindUnexpected");
  });

  it("stay frozen, though a message registers them again", async () => {
    await freezeLayer(network, 1n);
    await settleEpoch(network.owner, await network.propose({ items: [registeredItem(1n)] }));
    expect(await statusOf(1n)).toBe("frozen");
  });

  it("take no deposits when they are frozen or about to be, and give back what waits at once", async () => {
    const forced = await forceOn(network.alice, 1n);
    await network.settleUntil(forced.deadline);
    const deposit = await depositEther(network.alice, { layer: 1n, recipient: 2n, amount: 5n });
    await demandFreeze(network.bob, forced);
    const more = () => refusal(depositEther(network.alice, { layer: 1n, recipient: 2n, amount: 5n }));
    expect(await more()).toBe("contracts/layer-frozen");
    const transaction = deposit.hash;
    expect(await refusal(takeBack(network.bob, { transaction }))).toBe("contracts/deposit-not-expired");
    const owner = network.alice.wallet.account.address;
    const item = {
      direction: 0,
      kind: 1,
      asset: 1,
      amount: 5n,
      layer: 1n,
      recipient: 2n,
      payload: BigInt(owner),
    } as const;
    const using = { items: [freezeItem(1n), item], used: [deposit] };
    expect(await refusalOf(network.owner, await network.propose(using))).toBe("LayerIsFrozen");
    await settleEpoch(network.owner, await network.propose({ items: [freezeItem(1n)] }));
    expect(await more()).toBe("contracts/layer-frozen");
    await takeBack(network.bob, { transaction });
    expect(await readCredit(network.alice, { owner, asset: 1n })).toBe(5n);
    expect(await refusal(takeBack(network.bob, { transaction }))).toBe("contracts/deposit-unknown");
  });
});

describe("an epoch", () => {
  it("freezes whose freeze was demanded, and nobody else", async () => {
    expect(await listing([freezeItem(1n)])).toBe("FreezeItemUnexpected");
    await demandFreezeOf(network, 1n);
    expect(await listing([freezeItem(2n)])).toBe("FreezeItemUnexpected");
    expect(await listing([freezeItem(0n)])).toBe("FreezeItemUnexpected");
    expect(await listing([freezeItem(1n), freezeItem(1n)])).toBe("FreezeItemUnexpected");
    expect(await listing([freezeItem(1n), freezeItem(2n)])).toBe("FreezeItemUnexpected");
    for (const change of [{ amount: 1n }, { asset: 1 }, { recipient: 1n }, { payload: 1n }]) {
      expect([change, await listing([{ ...freezeItem(1n), ...change }])]).toEqual([change, "ItemUnexpected"]);
    }
    await settleEpoch(network.owner, await network.propose({ items: [freezeItem(1n)] }));
    expect(await statusOf(1n)).toBe("frozen");
    expect(await listing([freezeItem(1n)])).toBe("FreezeItemUnexpected");
  });

  it("carries freezes in the order of their demands", async () => {
    await demandAll([3n, 1n, 2n]);
    expect((await readDemandedFreezes(network.alice)).map(({ layer }) => layer)).toEqual([3n, 1n, 2n]);
    expect(await listing([freezeItem(1n)])).toBe("FreezeItemUnexpected");
    expect(await listing([freezeItem(3n), freezeItem(2n)])).toBe("FreezeItemUnexpected");
    await settleEpoch(network.owner, await network.propose({ items: [freezeItem(3n), freezeItem(1n)] }));
    expect(await Promise.all([1n, 2n, 3n].map(statusOf))).toEqual(["frozen", "registered", "frozen"]);
    expect((await readDemandedFreezes(network.alice)).map(({ layer }) => layer)).toEqual([2n]);
    expect(await listing([freezeItem(2n)])).toBeUndefined();
  });

  it("carries those that are due by its end, to the millisecond", async () => {
    const demandedAt = await demandAll([1n]);
    const due = demandedAt + GRACE_MILLISECONDS;
    expect(await listingAt(due - 1n, [])).toBeUndefined();
    expect(await listingAt(due, [])).toBe("FreezeLeftOut");
    expect(await listingAt(due, [freezeItem(1n)])).toBeUndefined();
    // One that is not due may be carried as well.
    expect(await listingAt(due - 1n, [freezeItem(1n)])).toBeUndefined();
  });

  it("is not voided by a demand that came after it was proven", async () => {
    const forced = await forceOn(network.alice, 1n);
    await network.settleUntil(forced.deadline);
    const { timestamp } = await network.publicClient.getBlock();
    // As late as an honest prover may end an epoch at that time.
    const proven = await network.propose({ until: timestamp * 1_000n + 15_000n });
    await demandFreeze(network.bob, forced);
    await network.request("evm_increaseTime", 10 * 3_600);
    await settleEpoch(network.owner, proven);
    expect(await statusOf(1n)).toBe("registered");
  });

  it("leaves none of those out that are due, though it carries others", async () => {
    const demandedAt = await demandAll([1n, 2n, 3n]);
    const due = demandedAt + GRACE_MILLISECONDS;
    expect(await listingAt(due, [freezeItem(1n), freezeItem(2n)])).toBe("FreezeLeftOut");
    expect(await listingAt(due, [1n, 2n, 3n].map(freezeItem))).toBeUndefined();
  });
});

describe("a stranger with very many layers", () => {
  it("makes no epoch carry more than sixteen freezes, and keeps the tree from nothing", async () => {
    const layers = Array.from({ length: 1_000 }, (_, i) => BigInt(i + 1_000));
    for (let at = 0; at < layers.length; at += 192) {
      const items = layers.slice(at, at + 192).map((id) => registeredItem(id));
      await settleEpoch(network.owner, await network.propose({ items }));
    }
    const balance = () => network.publicClient.getBalance({ address: network.alice.wallet.account.address });
    const before = await balance();
    await demandWithoutWaiting(layers);
    const strangerPaid = before - (await balance());
    // The price of each forced transaction, and gas.
    expect(strangerPaid).toBeGreaterThan(10n ** 18n);
    const [demanded, last] = [await counted("freezesDemanded"), await readLayer(network.alice, layers.at(-1)!)];
    expect(demanded).toBe(1_000n);
    // All are long due.
    const from = last.freezeDemandedAt! + GRACE_MILLISECONDS;
    const { gasUsed: gasOfNone } = await network.settleUntil(last.freezeDemandedAt!);
    const gas: bigint[] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      const items = (await readDemandedFreezes(network.alice)).map(({ layer }) => freezeItem(layer));
      expect(items).toHaveLength(16);
      const until = from + BigInt(epoch) * 1_000n;
      expect(await listingAt(until, items.slice(1))).toBe("FreezeItemUnexpected");
      expect(await listingAt(until, items.slice(0, -1))).toBe("FreezeLeftOut");
      gas.push((await network.settleUntil(until, { items })).gasUsed);
    }
    expect(await counted("freezesDone")).toBe(48n);
    console.log({ strangerPaid, gasOfNone, gasOfSixteenFreezes: gas });
    // What the stranger can make an epoch cost its proposer.
    for (const each of gas) expect(each - gasOfNone).toBeLessThan(1_000_000n);
    // An epoch may carry as many as its list holds.
    const rest = layers.slice(48, 48 + 192).map(freezeItem);
    await network.settleUntil(from + 10_000n, { items: rest });
    expect(await counted("freezesDone")).toBe(240n);
    expect((await readSettled(network.alice)).epoch).toBeGreaterThan(5n);
  }, 120_000);
});

const counted = (functionName: "freezesDemanded" | "freezesDone") =>
  network.publicClient.readContract({ address: network.deployment.address, abi: settlementAbi, functionName });

/** Has very many freezes demanded: transactions are sent without waiting for each. */
async function demandWithoutWaiting(layers: readonly Field[]): Promise<void> {
  const { publicClient, alice, deployment } = network;
  const price = 10n ** 15n;
  const words = [1n, 2n, 3n, 4n, 5n, 6n, 7n];
  const call = { address: deployment.address, abi: settlementAbi, gas: 400_000n } as const;
  await network.request("evm_setAutomine", false);
  const nonce = await publicClient.getTransactionCount({ address: alice.wallet.account.address });
  for (const [i, layer] of layers.entries()) {
    await alice.wallet.writeContract({
      ...call,
      functionName: "force",
      args: [layer, words],
      value: price,
      nonce: nonce + i,
    });
    if (i % 50 === 49) await network.request("evm_mine");
  }
  await network.request("evm_mine");
  await network.request("evm_setAutomine", true);
  const { events } = await getForced({ ...alice, fromBlock: 0n });
  await network.settleUntil(events.at(-1)!.deadline);
  await network.request("evm_setAutomine", false);
  for (const [i, event] of events.entries()) {
    const reference = packDepositReference({ id: Number(event.id), expiry: Number(event.deadline) });
    const item = forcedItemWords({ ...event, argumentCount: 1 });
    const args = [reference, item] as const;
    await alice.wallet.writeContract({ ...call, functionName: "demandFreeze", args, nonce: nonce + layers.length + i });
    if (i % 50 === 49) await network.request("evm_mine");
  }
  await network.request("evm_mine");
  await network.request("evm_setAutomine", true);
}
