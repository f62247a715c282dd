import { addPoints, type Field, fieldToHex, negatePoint, publicKeyOf } from "@frond/foundation";
import {
  type DataAvailability,
  freezeMessage,
  type LayerConfig,
  layerConfigHash,
  type Message,
  MessageKind,
  messagePoint,
  registeredMessage,
  upgradeMessage,
} from "@frond/protocol";
import { beforeAll, describe, expect, it } from "vitest";
import { AGGREGATE_ARITIES, type AggregateDescription, type AggregateStep } from "./aggregateStep.ts";
import { applySteps } from "./applySteps.ts";
import { aggregateCircuit } from "./circuitSource.ts";
import { blockKeysTree, genesisSnapshot, type LayerSnapshot, withChild } from "./layerSnapshot.ts";
import { compileForTest, type TestCircuit } from "./testing/compileForTest.ts";
import { expectAccepted, expectRefused, forgedInputs, OUT_OF_RANGE } from "./testing/refusals.ts";
import {
  AGGREGATE_KEY_HASHES,
  BLOCK_KEYS,
  blockStep,
  configOf,
  EPOCH,
  message,
  named,
  signClaim,
  sumOfMessages,
  trunk,
  WINDOW,
} from "./testing/scenario.ts";
import { tamper } from "./testing/tamper.ts";

/* The steps that change a layer's record without a block: who may make them, and of whom. */

const [SINGLE, NARROW] = AGGREGATE_ARITIES as [number, number];
const CHILD = 5;
const OWNER = 0x0a11ce0a11ce0a11ce0a11ce0a11ce0a11ce0a11n;
const MALLORY = 0xbadbadbadbadn;

let single: TestCircuit;
let narrow: TestCircuit;
beforeAll(async () => {
  single = await compileForTest(aggregateCircuit(SINGLE));
  narrow = await compileForTest(aggregateCircuit(NARROW));
}, 300_000);

function aggregateOf(layer: LayerSnapshot, steps: readonly AggregateStep[]): AggregateDescription {
  return { aggregateKeyHashes: AGGREGATE_KEY_HASHES, layer, window: WINDOW, steps };
}

const refuse = (layer: LayerSnapshot, step: AggregateStep, rule: string, constraint: RegExp) =>
  expectRefused(single, aggregateOf(layer, [step]), { arity: SINGLE, rule, constraint });

const frozen = (layer: LayerSnapshot): LayerSnapshot => ({ ...layer, record: { ...layer.record, flags: 1n } });

describe("a registration", () => {
  const config = configOf(trunk().record.layerId, BigInt(CHILD));
  const registration = { kind: "register", child: CHILD, config, blockKeys: BLOCK_KEYS } as const;

  it("tells L1 of the layer by a message of the new layer's, which nobody else makes", async () => {
    const applied = await expectAccepted(single, aggregateOf(trunk(), [registration]), SINGLE);
    const { layerId, configHash } = applied.layer.children.get(CHILD)!.record;
    const notice = registeredMessage({ layerId, configHash, parentId: trunk().record.layerId });
    expect(notice).toEqual({
      from: layerId,
      to: 0n,
      time: 0,
      kind: MessageKind.registered,
      asset: 0,
      amount: 0n,
      recipient: trunk().record.layerId,
      payload: layerConfigHash(config),
    });
    expect(sumOfMessages(applied)).toEqual(messagePoint({ message: notice, epoch: EPOCH }).point);
  });

  it("is not made without telling, or by telling of another layer or another config", async () => {
    const description = aggregateOf(trunk(), [registration]);
    const { statement, layer } = applySteps(description);
    const { record } = layer.children.get(CHILD)!;
    const told = registeredMessage({ ...record, parentId: trunk().record.layerId });
    const notice = messagePoint({ message: told, epoch: EPOCH }).point;
    const without = addPoints(statement.sum, negatePoint(notice));
    const others: Partial<Message>[] = [
      { from: named("victim") },
      { payload: named("other") },
      { amount: 1n },
      { recipient: named("another parent") },
      { recipient: 0n },
    ];
    const sums = others.map((change) => {
      const { point } = messagePoint({ message: { ...told, ...change }, epoch: EPOCH });
      return addPoints(without, point);
    });
    const inputs = forgedInputs(description, SINGLE);
    for (const { x, y } of [without, ...sums]) {
      const attempt = tamper(inputs, ["sum_x", fieldToHex(x)], ["sum_y", fieldToHex(y)]);
      await expect(single.run(attempt)).rejects.toThrow(/aggregate: sum [xy]/);
    }
    for (const change of [["steps.0.notice.y", 1] as const, ["steps.0.notice.counter", 60_000] as const]) {
      await expect(single.run(tamper(inputs, change))).rejects.toThrow(/message point: not on the curve/);
    }
  });

  it("is not told of by a block", async () => {
    const layer = trunk();
    const notice = registeredMessage({ ...layer.record, configHash: named("config"), parentId: 0n });
    const step = blockStep({ layer, time: 3, produced: [notice] });
    await refuse(layer, step, "message-sender", /produced: no block sends this kind/);
  });

  it.each<[name: string, change: Partial<LayerConfig>, constraint: RegExp]>([
    ["a mode of data that is none", { dataAvailability: 3 as DataAvailability }, /config: keeps its data in no known/],
    ["a threshold of more than 32 bits", { committeeThreshold: 2 ** 32 }, OUT_OF_RANGE],
  ])("has not %s, which followers could not read", async (_, change, constraint) => {
    await refuse(trunk(), { ...registration, config: { ...config, ...change } }, "config", constraint);
  });
});

describe("a message of a kind that only L1 sends", () => {
  const layer = trunk();
  const { layerId } = layer.record;
  const kinds = ["deposit", "freeze", "forced", "upgrade"] as const;

  it.each(kinds)("%s: is not sent by a block", async (name) => {
    const produced = [message({ from: layerId, to: named("victim"), time: 3, kind: MessageKind[name] })];
    await refuse(layer, blockStep({ layer, time: 3, produced }), "message-sender", /no block sends this kind/);
  });

  it.each(["deposit", "forced"] as const)("%s: is taken by a block from L1, and not from a layer", async (name) => {
    const taking = (from: Field) =>
      blockStep({ layer, time: 3, consumed: [message({ from, to: layerId, kind: MessageKind[name] })] });
    await expectAccepted(single, aggregateOf(layer, [taking(0n)]), SINGLE);
    await refuse(layer, taking(named("mallory")), "message-sender", /consumed: only L1 sends this kind/);
  });

  it.each(["freeze", "upgrade"] as const)("%s: is not taken by a block at all", async (name) => {
    const consumed = [message({ to: layerId, kind: MessageKind[name] })];
    const constraint = /what is for the record is not for a block/;
    await refuse(layer, blockStep({ layer, time: 3, consumed }), "record", constraint);
  });
});

describe("a freeze", () => {
  const layer = trunk();
  const { layerId } = layer.record;

  it("is for ever, and can be demanded again", async () => {
    const step: AggregateStep = { kind: "freeze", message: freezeMessage(layerId) };
    const { layer: once } = await expectAccepted(single, aggregateOf(layer, [step]), SINGLE);
    expect(once).toEqual(frozen(layer));
    const { layer: twice } = await expectAccepted(single, aggregateOf(once, [step]), SINGLE);
    expect(twice).toEqual(once);
  });

  it.each<[name: string, change: Partial<Message>, rule: string, constraint: RegExp]>([
    ["by another layer", { from: named("mallory") }, "message-sender", /only L1 sends this kind/],
    ["by the layer itself", { from: layerId }, "message-sender", /only L1 sends this kind/],
    ["of another layer", { to: named("other") }, "message-layer", /addressed to another layer/],
    ["at another time", { time: 1 }, "message-time", OUT_OF_RANGE],
    ["by an upgrade", { kind: MessageKind.upgrade }, "freeze", /record: the message is of another kind/],
    ["by a deposit", { kind: MessageKind.deposit }, "freeze", /record: the message is of another kind/],
    ["with money", { asset: 1 }, "bundle", /bundle: a link carries an asset/],
  ])("is not made %s", async (_, change, rule, constraint) => {
    await refuse(layer, { kind: "freeze", message: { ...freezeMessage(layerId), ...change } }, rule, constraint);
  });

  it("holds: the layer has no blocks after it", async () => {
    const still = frozen(layer);
    await refuse(still, blockStep({ layer: still, time: 3 }), "frozen", /step: the layer is frozen/);
  });
});

const NEXT_SECRET = 0x5ec8n;
const NEXT_KEYS = [0xc0n, 0xc1n, 0xc2n];

/** A layer that has an owner, and what the owner makes of it. */
function owned(config: LayerConfig = trunk().config): { layer: LayerSnapshot; next: LayerConfig } {
  const layer = genesisSnapshot({ config: { ...config, owner: OWNER }, blockKeys: BLOCK_KEYS });
  const next = {
    ...layer.config,
    blockKeysRoot: blockKeysTree(NEXT_KEYS).root,
    sequencerKey: publicKeyOf(NEXT_SECRET),
    owner: OWNER + 1n,
  };
  return { layer, next };
}

type Upgrade = Extract<AggregateStep, { kind: "upgrade" }>;

function upgradeStep(layer: LayerSnapshot, next: LayerConfig, change: Partial<Message> = {}): Upgrade {
  const { layerId } = layer.record;
  const announced = upgradeMessage({ layerId, announcer: OWNER, configHash: layerConfigHash(next) });
  return { kind: "upgrade", message: { ...announced, ...change }, config: next, blockKeys: NEXT_KEYS };
}

describe("an upgrade", () => {
  const { layer, next } = owned();

  it("gives the layer the config that its owner announced, and changes nothing else", async () => {
    const { layer: upgraded } = await expectAccepted(single, aggregateOf(layer, [upgradeStep(layer, next)]), SINGLE);
    const record = { ...layer.record, configHash: layerConfigHash(next) };
    expect(upgraded).toEqual({ ...layer, config: next, blockKeys: NEXT_KEYS, record });
  });

  it("of a child, after which its blocks are those of the next config and of no former one", async () => {
    const child = owned(configOf(trunk().record.layerId, BigInt(CHILD)));
    const parent = withChild(trunk(), CHILD, child.layer);
    const upgrade = { ...upgradeStep(child.layer, child.next), child: CHILD };
    const blockBy = (keyHash: Field, secret: bigint): AggregateStep => {
      const block = blockStep({ layer: child.layer, time: 4, child: CHILD });
      const claim = { ...block.claim, keyHash };
      return { ...block, claim, signature: signClaim(claim, secret) };
    };
    const after = (block: AggregateStep) => aggregateOf(parent, [upgrade, block]);
    await expectAccepted(narrow, after(blockBy(NEXT_KEYS[1]!, NEXT_SECRET)), NARROW);
    const refused = { arity: NARROW, rule: "key", constraint: /does not allow this verification key/ };
    await expectRefused(narrow, after(blockBy(BLOCK_KEYS[1]!, NEXT_SECRET)), refused);
    const unsigned = { arity: NARROW, rule: "signature", constraint: /not signed by the layer's sequencer/ };
    await expectRefused(narrow, after(blockBy(NEXT_KEYS[1]!, 0x5ec7n)), unsigned);
  });

  const owner = (address: Field) => ({ ...layer.config, owner: address });
  const of = (config: LayerConfig) => genesisSnapshot({ config, blockKeys: BLOCK_KEYS });
  const ANNOUNCER = /upgrade: not announced by the layer's owner/;
  it.each<[name: string, layer: LayerSnapshot, step: Upgrade, rule: string, constraint: RegExp]>([
    ["by another", layer, upgradeStep(layer, next, { recipient: MALLORY }), "upgrade", ANNOUNCER],
    ["by nobody", layer, upgradeStep(layer, next, { recipient: 0n }), "upgrade", ANNOUNCER],
    [
      "of a layer without an owner, by nobody",
      of(owner(0n)),
      upgradeStep(layer, next, { recipient: 0n }),
      "upgrade",
      /upgrade: the layer has no owner/,
    ],
    ["of a layer without an owner, by another", of(owner(0n)), upgradeStep(layer, next), "upgrade", /no owner/],
    ["by the next owner", layer, upgradeStep(layer, next, { recipient: OWNER + 1n }), "upgrade", ANNOUNCER],
    [
      "to another config than was announced",
      layer,
      upgradeStep(layer, next, { payload: layerConfigHash({ ...next, owner: 0n }) }),
      "upgrade",
      /upgrade: not the configuration that was announced/,
    ],
    [
      "to another parent",
      layer,
      upgradeStep(layer, { ...next, parentId: 9n }),
      "upgrade",
      /upgrade: to another parent/,
    ],
    ["to another index", layer, upgradeStep(layer, { ...next, index: 9n }), "upgrade", /upgrade: to another index/],
    [
      "to another genesis state",
      layer,
      upgradeStep(layer, { ...next, genesisStateRoot: 9n }),
      "upgrade",
      /upgrade: to another genesis state/,
    ],
    ["of a frozen layer", frozen(layer), upgradeStep(layer, next), "frozen", /step: the layer is frozen/],
    ["from a layer", layer, upgradeStep(layer, next, { from: named("mallory") }), "message-sender", /only L1 sends/],
    ["of another layer", layer, upgradeStep(layer, next, { to: named("other") }), "message-layer", /another layer/],
    ["at another time", layer, upgradeStep(layer, next, { time: 1 }), "message-time", OUT_OF_RANGE],
    ["by a freeze", layer, upgradeStep(layer, next, { kind: MessageKind.freeze }), "upgrade", /of another kind/],
    ["by a deposit", layer, upgradeStep(layer, next, { kind: MessageKind.deposit }), "upgrade", /of another kind/],
    [
      "to a mode of data that is none",
      layer,
      upgradeStep(layer, { ...next, dataAvailability: 3 as DataAvailability }),
      "config",
      /config: keeps its data in no known way/,
    ],
  ])("is not made %s", async (_, of, step, rule, constraint) => {
    await refuse(of, step, rule, constraint);
  });

  it("is not made of another config than the layer has, such as one that names another owner", async () => {
    const forged = { ...layer, config: owner(MALLORY) };
    const description = aggregateOf(forged, [upgradeStep(layer, next, { recipient: MALLORY })]);
    const attempt = forgedInputs(description, SINGLE);
    await expect(single.run(attempt)).rejects.toThrow(/step: the configuration is not the layer's/);
  });

  it("is not made without its message, or with another one beside it", async () => {
    const inputs = forgedInputs(aggregateOf(layer, [upgradeStep(layer, next)]), SINGLE);
    const attacks = [
      ["steps.0.messages.consumed.0.used", false, /record: no message asks for the step/],
      ["steps.0.messages.consumed.1.used", true, /consumed: by a step without messages/],
      ["steps.0.messages.produced.0.used", true, /produced: by a step without messages/],
    ] as const;
    for (const [path, value, constraint] of attacks) {
      await expect(single.run(tamper(inputs, [path, value]))).rejects.toThrow(constraint);
    }
  });
});
