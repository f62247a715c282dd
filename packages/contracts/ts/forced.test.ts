import { FIELD_MODULUS, poseidon2Hash } from "@frond/foundation";
import { MessageKind, type SettlementItem, transactionHash } from "@frond/protocol";
import fc from "fast-check";
import { parseEther } from "viem";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { settleEpoch } from "./actions.ts";
import { demandFreeze } from "./demandFreeze.ts";
import { getForced } from "./events.ts";
import { force, readForcedPrice } from "./force.ts";
import { createDepositReader } from "./reader/createDepositReader.ts";
import { readLayer } from "./readLayer.ts";
import {
  demandFreezeOf,
  forcedItem,
  forcedWordsOf,
  forceOn,
  freezeItem,
  freezeLayer,
  signedFor,
} from "./testing/forcing.ts";
import { refusalOf } from "./testing/settlementAttacks.ts";
import { createTestNetwork, type TestNetwork } from "./testing/testNetwork.ts";
import { refusal } from "./testing/tokens.ts";

const layer = 1n;
const price = parseEther("0.001");
const DAY = 86_400n;

let network: TestNetwork;
beforeAll(async () => {
  network = await createTestNetwork();
});
afterAll(() => network.close());

beforeEach(() => network.backToStart());

const words = forcedWordsOf(signedFor(layer));
const forceWords = (changed: readonly bigint[], options: { layer?: bigint; price?: bigint } = {}) =>
  refusal(force(network.alice, { layer, price, words: changed, ...options }));

describe("a forced transaction", () => {
  it("is published whole, with the hash that its layer computes and a deadline", async () => {
    const transaction = signedFor(layer);
    const forced = await forceOn(network.alice, layer);
    const { s } = transaction.signature;
    const payload = poseidon2Hash([transactionHash(transaction), BigInt.asUintN(128, s), s >> 128n]);
    const { timestamp } = await network.publicClient.getBlock({ blockNumber: forced.block });
    expect(forced).toMatchObject({ id: 0n, payload, deadline: (timestamp + DAY) * 1_000n });
    const { events } = await getForced({ ...network.alice, fromBlock: 0n });
    const { deadline, block } = forced;
    expect(events).toEqual([{ id: 0n, layer, payload, deadline, block, transaction: words }]);
    expect(await readLayer(network.alice, layer)).toMatchObject({ status: "registered", forcedWaiting: 1 });
  });

  it("is read with the deposits of the layers that it and they are for", async () => {
    await forceOn(network.alice, layer);
    const options = {
      ...network.alice,
      deploymentBlock: network.deployment.deploymentBlock,
      safeBlock: async () => 0n,
    };
    const last = Number(await network.publicClient.getBlockNumber());
    const read = async (layers: readonly bigint[]) => {
      const from = Number(options.deploymentBlock);
      const { deposits, forced } = await createDepositReader(options).pageOfLayers(layers, { from, last });
      return [deposits.length, forced.map(({ transaction }) => transaction)];
    };
    expect(await read([layer, 99n])).toEqual([0, [words]]);
    expect(await read([99n])).toEqual([0, []]);
  });

  it("has the hash that the protocol computes, whatever it is", async () => {
    const field = fc.oneof(fc.bigInt(0n, FIELD_MODULUS - 1n), fc.constantFrom(0n, FIELD_MODULUS - 1n));
    await fc.assert(
      fc.asyncProperty(fc.array(field, { maxLength: 12 }), async (args) => {
        await network.backToStart();
        const transaction = signedFor(layer, args);
        const { payload } = await forceOn(network.alice, layer, args);
        const { s } = transaction.signature;
        expect(payload).toBe(poseidon2Hash([transactionHash(transaction), BigInt.asUintN(128, s), s >> 128n]));
      }),
      { numRuns: 30 },
    );
  });

  it("may be invalid in any way, but every word is a field and it has no link", async () => {
    expect(await forceWords(words.map(() => 0n))).toBe("accepted");
    for (const i of words.keys()) {
      expect(await forceWords(words.with(i, words[i]! + FIELD_MODULUS))).toBe("NotInField");
    }
    expect(await forceWords(words.with(3, words[3]! + (1n << 152n)))).toBe("TransactionHasLink");
    expect(await forceWords(words.slice(0, 5))).toBe("ArgumentCountInvalid");
    expect(await forceWords([...words.slice(0, 6), ...new Array<bigint>(257).fill(1n)])).toBe("ArgumentCountInvalid");
    expect(await forceWords([...words.slice(0, 6), ...new Array<bigint>(256).fill(1n)])).toBe("accepted");
  });

  it("goes to layers that are there and can take it", async () => {
    expect(await forceWords(words, { layer: 99n })).toBe("contracts/layer-not-registered");
    await demandFreezeOf(network, layer);
    expect(await forceWords(words)).toBe("contracts/layer-frozen");
    await settleEpoch(network.owner, await network.propose({ items: [freezeItem(layer)] }));
    expect(await forceWords(words)).toBe("contracts/layer-frozen");
  });

  it("has one price, and a layer has no more of them waiting than fit", async () => {
    for (const wrong of [0n, price - 1n, price + 1n]) {
      expect(await forceWords(words, { price: wrong })).toBe("ForcedPriceMismatch");
    }
    const prices: bigint[] = [];
    for (let i = 0; i < 32; i++) {
      prices.push(await readForcedPrice(network.alice, layer));
      await forceOn(network.alice, layer);
    }
    expect(prices.slice(0, 16)).toEqual(new Array(16).fill(price));
    expect(prices.slice(16)).toEqual(Array.from({ length: 16 }, (_, i) => price << BigInt(i + 1)));
    const next = await readForcedPrice(network.alice, layer);
    expect(await forceWords(words, { price: next })).toBe("TooManyForced");
    // Another layer's are its own.
    expect(await forceWords(forcedWordsOf(signedFor(2n)), { layer: 2n })).toBe("accepted");
    expect(await network.publicClient.getBalance({ address: network.deployment.address })).toBe(
      prices.reduce((sum, each) => sum + each, price),
    );
  });

  it("makes place for others when it is taken", async () => {
    const forced = await forceOn(network.alice, layer);
    await settleEpoch(network.owner, await network.propose({ items: [forcedItem(forced)], used: [forced] }));
    expect(await readLayer(network.alice, layer)).toMatchObject({ forcedWaiting: 0 });
    expect((await forceOn(network.alice, layer)).id).toBe(1n);
  });
});

describe("an epoch", () => {
  const listing = async (item: SettlementItem, used: readonly { id: bigint; expiry: bigint }[]) =>
    refusalOf(network.owner, await network.propose({ items: [item], used: [...used] }));

  it("takes a forced transaction as it is, and once", async () => {
    const forced = await forceOn(network.alice, layer);
    const item = forcedItem(forced);
    const altered: Record<string, SettlementItem> = {
      "another layer": { ...item, layer: 2n },
      "another payload": { ...item, payload: item.payload + 1n },
      "another number of arguments": { ...item, amount: item.amount + 1n },
      "a recipient": { ...item, recipient: 1n },
      "an asset": { ...item, asset: 1 },
    };
    for (const [name, other] of Object.entries(altered)) {
      expect([name, await listing(other, [forced])]).toEqual([name, "ForcedMismatch"]);
    }
    expect(await listing(item, [{ ...forced, expiry: forced.expiry + 1n }])).toBe("ForcedMismatch");
    expect(await listing(item, [{ ...forced, id: 1n }])).toBe("ForcedMismatch");
    expect(await listing(item, [])).toBe("ReferenceCountMismatch");
    // The queues are apart: a deposit is no forced transaction.
    expect(await listing({ ...item, kind: MessageKind.deposit }, [forced])).toBe("DepositMismatch");
    const twice = await network.propose({ items: [item, item], used: [forced, forced] });
    expect(await refusalOf(network.owner, twice)).toBe("ForcedMismatch");
    await settleEpoch(network.owner, await network.propose({ items: [item], used: [forced] }));
    expect(await listing(item, [forced])).toBe("ForcedMismatch");
  });

  it("takes it however late, but not after the freeze of its layer", async () => {
    const forced = await demandFreezeOf(network, layer);
    const other = { items: [forcedItem(forced)], used: [forced] };
    expect(await refusalOf(network.owner, await network.propose(other))).toBeUndefined();
    const before = [forcedItem(forced), freezeItem(layer)];
    expect(await refusalOf(network.owner, await network.propose({ ...other, items: before }))).toBeUndefined();
    const after = [freezeItem(layer), forcedItem(forced)];
    expect(await refusalOf(network.owner, await network.propose({ ...other, items: after }))).toBe("LayerIsFrozen");
    await settleEpoch(network.owner, await network.propose({ items: [freezeItem(layer)] }));
    expect(await listing(forcedItem(forced), [forced])).toBe("LayerIsFrozen");
  });
});

describe("a freeze", () => {
  it("is demanded of a layer whose deadline has passed in settled time, and once", async () => {
    const forced = await forceOn(network.alice, layer);
    await network.request("evm_increaseTime", 3 * Number(DAY));
    await network.request("evm_mine");
    expect(await refusal(demandFreeze(network.bob, forced))).toBe("ForcedNotOverdue");
    await settleEpoch(network.owner, await network.propose({ until: forced.deadline - 1n }));
    expect(await refusal(demandFreeze(network.bob, forced))).toBe("ForcedNotOverdue");
    await settleEpoch(network.owner, await network.propose({ until: forced.deadline }));
    const second = await forceOn(network.alice, layer);
    await demandFreeze(network.bob, forced);
    const { timestamp } = await network.publicClient.getBlock();
    expect(await readLayer(network.bob, layer)).toMatchObject({ freezeDemandedAt: timestamp * 1_000n });
    expect(await refusal(demandFreeze(network.bob, forced))).toBe("LayerFreezes");
    await network.settleUntil(second.deadline, { items: [freezeItem(layer)] });
    expect(await refusal(demandFreeze(network.bob, second))).toBe("LayerIsFrozen");
  });

  it("is not demanded for what was taken, or never was, or is another's", async () => {
    const [forced, other] = [await forceOn(network.alice, layer), await forceOn(network.alice, 2n)];
    await network.settleUntil(forced.deadline + 1_000n, { items: [forcedItem(forced)], used: [forced] });
    expect(await refusal(demandFreeze(network.bob, forced))).toBe("ForcedMismatch");
    expect(await refusal(demandFreeze(network.bob, { ...other, layer }))).toBe("ForcedMismatch");
    expect(await refusal(demandFreeze(network.bob, { ...other, deadline: 0n }))).toBe("ForcedMismatch");
    expect(await refusal(demandFreeze(network.bob, { ...other, id: 7n }))).toBe("ForcedMismatch");
    expect(await refusal(demandFreeze(network.bob, other))).toBe("accepted");
  });

  it("leaves what other layers have", async () => {
    await freezeLayer(network, layer);
    expect(await readLayer(network.alice, layer)).toMatchObject({ status: "frozen" });
    expect(await readLayer(network.alice, 2n)).toMatchObject({ status: "registered" });
    expect((await forceOn(network.alice, 2n)).layer).toBe(2n);
  });
});
