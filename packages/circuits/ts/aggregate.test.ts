import { type Field, fieldToHex, NEUTRAL } from "@frond/foundation";
import { LAST_TIME, layerIdOf, layerRoot, type Message, MessageKind, messagesHash, VAULT_DEPTH } from "@frond/protocol";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { aggregateInputs } from "./aggregateInputs.ts";
import {
  AGGREGATE_ARITIES,
  type AggregateDescription,
  type AggregateStep,
  aggregateKeysHash,
} from "./aggregateStep.ts";
import { AggregateStepError, applySteps } from "./applySteps.ts";
import { aggregateCircuit } from "./circuitSource.ts";
import { encodeAggregate } from "./encodeAggregate.ts";
import { type LayerSnapshot, withChild } from "./layerSnapshot.ts";
import { messageInput, pointHint } from "./messageInput.ts";
import { signatureInput } from "./signatureInput.ts";
import { compileForTest, type TestCircuit } from "./testing/compileForTest.ts";
import { forgeSteps } from "./testing/forgeSteps.ts";
import {
  AGGREGATE_KEY_HASHES,
  aggregateStep,
  BLOCK_KEYS,
  blockStep,
  configOf,
  EPOCH,
  message,
  named,
  signClaim,
  sumOfMessages,
  trunk,
  unprovenProofs,
  WINDOW,
} from "./testing/scenario.ts";
import { tamper } from "./testing/tamper.ts";

/** What a range check says: it can't be given words of its own. */
const OUT_OF_RANGE = /call to assert_max_bit_size/;

/** Every constraint is that of one step, and the same in each place. */
const ARITY = AGGREGATE_ARITIES[1]!;

let circuit: TestCircuit;

beforeAll(async () => {
  circuit = await compileForTest(aggregateCircuit(ARITY));
});

function aggregateOf(layer: LayerSnapshot, steps: readonly AggregateStep[], window = WINDOW): AggregateDescription {
  return { aggregateKeyHashes: AGGREGATE_KEY_HASHES, layer, window, steps };
}

function inputsOf(description: AggregateDescription) {
  return aggregateInputs({ ...description, arity: ARITY, proofs: unprovenProofs(description.steps, ARITY) });
}

function afterSteps(layer: LayerSnapshot, steps: readonly AggregateStep[]): LayerSnapshot {
  return applySteps(aggregateOf(layer, steps)).layer;
}

function registerStep(parent: LayerSnapshot, child: number): AggregateStep {
  const config = configOf(parent.record.layerId, BigInt(child));
  return { kind: "register", child, config, blockKeys: BLOCK_KEYS };
}

const CHILD = 5;

/** The trunk with a child that holds 500 of asset 1. */
function family(): { parent: LayerSnapshot; child: LayerSnapshot } {
  const registered = afterSteps(trunk(), [registerStep(trunk(), CHILD)]);
  const layer = registered.children.get(CHILD)!;
  const deposit = message({ to: layer.record.layerId, kind: MessageKind.deposit, asset: 1, amount: 500n });
  const parent = afterSteps(registered, [blockStep({ layer, time: 1, consumed: [deposit], child: CHILD })]);
  return { parent, child: parent.children.get(CHILD)! };
}

/** The child consumes a deposit and calls the trunk with money, and the trunk withdraws some of it. */
function epochOfTwo() {
  const { parent, child } = family();
  const trunkId = parent.record.layerId;
  const childId = child.record.layerId;
  const deposit = message({ to: childId, kind: MessageKind.deposit, asset: 2, amount: 30n });
  const call = message({ from: childId, to: trunkId, time: 7, asset: 1, amount: 200n });
  const note = message({ from: childId, to: trunkId, time: 7, amount: 9n });
  const withdrawal = message({ from: trunkId, time: 8, kind: MessageKind.withdrawal, asset: 1, amount: 150n });
  const ofChild = blockStep({ layer: child, time: 7, consumed: [deposit], produced: [call, note], child: CHILD });
  const ofTrunk = blockStep({ layer: parent, time: 8, consumed: [call, note], produced: [withdrawal] });
  return { parent, child, deposit, call, note, withdrawal, steps: [ofChild, ofTrunk] as const };
}

describe("what the function accepts, the circuit accepts", () => {
  it("blocks of a child and of the layer itself, with messages between them", async () => {
    const { parent, steps } = epochOfTwo();
    const description = aggregateOf(parent, steps);
    const { layer } = applySteps(description);
    expect([...layer.vault]).toEqual([[1, 50n]]);
    expect([...layer.children.get(CHILD)!.vault]).toEqual([
      [1, 300n],
      [2, 30n],
    ]);
    await circuit.run(inputsOf(description));
  });

  it("a registration, and a freeze of the child", async () => {
    const registration = registerStep(trunk(), 77);
    const { record } = afterSteps(trunk(), [registration]).children.get(77)!;
    const freeze = message({ to: record.layerId, kind: MessageKind.freeze });
    const description = aggregateOf(trunk(), [registration, { kind: "freeze", child: 77, message: freeze }]);
    expect(applySteps(description).layer.children.get(77)!.record.flags).toBe(1n);
    await circuit.run(inputsOf(description));
  });

  it("a registration and a block of the new layer, which anybody may add to any epoch", async () => {
    const description = aggregateOf(trunk(), registrationAndBlock());
    expect(applySteps(description).layer.children.get(77)!.vault.get(1)).toBe(40n);
    await circuit.run(inputsOf(description));
  });

  it("a registration, and an aggregate of the new layer that registers a layer below it", async () => {
    const registration = registerStep(trunk(), 77);
    const child = afterSteps(trunk(), [registration]).children.get(77)!;
    const below = registerStep(child, 1_048_575);
    const grandchild = afterSteps(child, [below]).children.get(1_048_575)!;
    const ofChild = aggregateOf(child, [below, blockStep({ layer: grandchild, time: 3, child: 1_048_575 })]);
    await circuit.run(inputsOf(ofChild));
    await circuit.run(inputsOf(aggregateOf(trunk(), [registration, aggregateStep(ofChild, 77)])));
  });

  it("aggregates of the layer and of a child", async () => {
    const { parent, child, steps } = epochOfTwo();
    const ofChild = aggregateStep(
      aggregateOf(child, [blockStep({ ...blockOf(steps[0]), layer: child, time: 7 })]),
      CHILD,
    );
    const moved = afterSteps(parent, [ofChild]);
    const ofTrunk = aggregateStep(aggregateOf(moved, [steps[1]]));
    const description = aggregateOf(parent, [ofChild, ofTrunk]);
    expect(applySteps(description).statement).toEqual(applySteps(aggregateOf(parent, steps)).statement);
    await circuit.run(inputsOf(description));
  });

  it("a block with no message, and nothing beside it", async () => {
    await circuit.run(inputsOf(aggregateOf(trunk(), [blockStep({ layer: trunk(), time: 1 })])));
  });

  it("no step at all, as in an epoch in which nothing happens", async () => {
    const description = aggregateOf(trunk(), []);
    const { statement } = applySteps(description);
    expect(statement.rootOut).toBe(statement.rootIn);
    await circuit.run(inputsOf(description));
  });

  it("links of a bundle, produced at time 0 whatever the block's time and consumed by a block of an earlier time", async () => {
    const { parent, child } = family();
    const link = linkBetween(child, parent);
    const steps = [
      blockStep({ layer: child, time: 9, produced: [link], child: CHILD }),
      blockStep({ layer: parent, time: 1, consumed: [link] }),
    ];
    const description = aggregateOf(parent, steps);
    expect(sumOfMessages(applySteps(description))).toEqual(NEUTRAL);
    await circuit.run(inputsOf(description));
  });

  it("the largest asset number, and a recipient on L1 of 160 bits", async () => {
    const layer = trunk();
    const { layerId } = layer.record;
    const asset = 4 ** VAULT_DEPTH - 1;
    const deposit = message({ to: layerId, kind: MessageKind.deposit, asset, amount: 9n });
    const recipient = (1n << 160n) - 1n;
    const paid = message({ from: layerId, time: 1, kind: MessageKind.withdrawal, asset, amount: 4n, recipient });
    const block = (produced: Message) => blockStep({ layer, time: 1, consumed: [deposit], produced: [produced] });
    const description = aggregateOf(layer, [block(paid)]);
    expect(applySteps(description).layer.vault.get(asset)).toBe(5n);
    await circuit.run(inputsOf(description));
    const refused = [
      ["message-asset", { ...paid, asset: asset + 1 }],
      ["recipient", { ...paid, recipient: recipient + 1n }],
    ] as const;
    for (const [rule, produced] of refused) {
      const attempt = () => applySteps(aggregateOf(layer, [block(produced)]));
      expect(attempt).toThrow(expect.objectContaining({ data: { rule } }));
    }
  });

  it("random blocks with full lists", async () => {
    const arbitraryAmount = fc.bigInt({ min: 0n, max: 1n << 100n });
    const arbitraryMessages = fc.array(
      fc.record({ asset: fc.integer({ min: 0, max: 65535 }), amount: arbitraryAmount, kind: fc.constantFrom(1, 3, 4) }),
      { minLength: 1, maxLength: 32 },
    );
    await fc.assert(
      fc.asyncProperty(arbitraryMessages, fc.integer({ min: 1, max: LAST_TIME }), async (parts, time) => {
        const layer = trunk();
        const { layerId } = layer.record;
        const consumed = parts.map((part) => message({ ...(part as Partial<Message>), to: layerId }));
        const produced = parts.map(({ asset, amount }) => message({ from: layerId, time, asset, amount: amount / 2n }));
        await circuit.run(inputsOf(aggregateOf(layer, [blockStep({ layer, time, consumed, produced })])));
      }),
      { numRuns: 4 },
    );
  });
});

/** Layer 77 comes to be, and consumes a deposit. */
function registrationAndBlock(): [AggregateStep, AggregateStep] {
  const registration = registerStep(trunk(), 77);
  const layer = afterSteps(trunk(), [registration]).children.get(77)!;
  const deposit = message({ to: layer.record.layerId, kind: MessageKind.deposit, asset: 1, amount: 40n });
  return [registration, blockStep({ layer, time: 1, consumed: [deposit], child: 77 })];
}

/** The message that ties a leg on `from` to the next one on `to`. */
function linkBetween(from: LayerSnapshot, to: LayerSnapshot): Message {
  return message({ from: from.record.layerId, to: to.record.layerId, kind: MessageKind.bundle, amount: 1n });
}

function blockOf({ consumed, produced }: { consumed: readonly Message[]; produced: readonly Message[] }) {
  return { consumed, produced };
}

/**
 * A place of a message list as an attacker would fill it: the hash in the claim and the point are those of `message`.
 */
function forged(list: "consumed" | "produced", place: number, step: 0 | 1, lists: Lists, forgery: Message) {
  const at = `steps.${step}.messages.${list}.${place}`;
  const replace = (messages: readonly Message[]) => messages.map((message, i) => (i === place ? forgery : message));
  const consumed = list === "consumed" ? replace(lists.consumed) : lists.consumed;
  const produced = list === "produced" ? replace(lists.produced) : lists.produced;
  return [
    [`${at}.message`, messageInput(forgery)],
    [`${at}.point`, pointHint(forgery, EPOCH)],
    ...claimed(step, 5, messagesHash(produced, consumed)),
  ] as const;
}

/** Another public input of a block of {@link epochOfTwo}, which its sequencer has signed. */
function claimed(step: 0 | 1, place: number, value: Field) {
  const publicInputs = epochOfTwo().steps[step].claim.publicInputs.with(place, value);
  return [
    [`claims.${step}.public_inputs.${place}`, fieldToHex(value)],
    [`steps.${step}.signature`, signatureInput(signClaim({ publicInputs }))],
  ] as const;
}

type Lists = { consumed: readonly Message[]; produced: readonly Message[] };

describe("an attack on one field is unsatisfiable", () => {
  const valid = epochOfTwo();
  const inputs = inputsOf(aggregateOf(valid.parent, valid.steps));
  const zero = fieldToHex(0n);
  const other = fieldToHex(named("other"));
  const childLists = blockOf(valid.steps[0]);
  const trunkLists = blockOf(valid.steps[1]);
  const { deposit, call } = valid;
  const minusY = (hint: ReturnType<typeof pointHint>) => ({
    ...hint,
    y: fieldToHex(
      21888242871839275222246405745257275088548364400416034343698204186575808495617n - BigInt(hint.y as string),
    ),
  });

  const attacks: [name: string, constraint: RegExp, ...changes: (readonly [string, unknown])[]][] = [
    ["another layer", /another layer/, ["layer_id", other]],
    ["another rootIn", /record is not the current one/, ["root_in", other]],
    ["another rootOut", /aggregate: rootOut/, ["root_out", other]],
    ["another window", /the parts are not those of the statement/, ["window", other]],
    ["another epoch", /the parts are not those of the statement/, ["epoch_window.epoch", 4]],
    ["another sum x", /aggregate: sum x/, ["sum_x", other]],
    ["another sum y", /aggregate: sum y/, ["sum_y", other]],
    ["an unknown kind", /unknown kind/, ["steps.0.kind", 6]],
    ["a block taken for an aggregate", /aggregate input: another verification key/, ["steps.0.kind", 2]],
    ["a block left out though its messages are in", /by a step without messages/, ["steps.0.kind", 0]],
    ["a block taken for a registration", /index is taken/, ["steps.0.kind", 3]],
    ["a block taken for a freeze", /record: the message is of another kind/, ["steps.0.kind", 4]],
    ["a child's block applied to the parent", /record is of another layer/, ["steps.0.of_child", false]],
    ["the parent's block applied to a child", /record is of another layer/, ["steps.1.of_child", true]],
    ["another child index", /record is of another layer/, ["steps.0.child_index", CHILD + 1]],
    ["another sibling in the children's tree", /child is not at its index/, ["steps.0.child_siblings.2.1", other]],
    ["another parent record", /parent's record is not the current one/, ["steps.0.parent.vault_root", other]],
    ["another target root", /record is not the target's/, ["steps.1.target_root", other]],
    ["a forged vault root", /record is not the target's/, ["steps.0.record.vault_root", other]],
    ["a forged time in the record", /record is not the target's/, ["steps.0.record.time", 0]],
    ["another configuration", /configuration is not the layer's/, ["steps.0.config.block_keys_root", other]],
    ["a key the layer does not allow", /does not allow this verification key/, ["claims.0.key_hash", other]],
    ["another place of the key", /does not allow this verification key/, ["steps.0.key_index", 3]],
    ["a block of another layer", /block: of another layer/, ...claimed(0, 0, named("other"))],
    ["a block that starts from another state", /does not follow the layer's state/, ...claimed(0, 1, named("other"))],
    ["a block that ends in another state", /message point: not on the curve/, ...claimed(0, 2, named("other"))],
    ["a block at a stale time", OUT_OF_RANGE, ...claimed(0, 3, 1n)],
    ["a block at a time of more than 48 bits", OUT_OF_RANGE, ...claimed(0, 3, 1n << 48n)],
    ["a block of another epoch", /block: of another epoch/, ...claimed(0, 4, 4n)],
    ["other messages than the block's", /messages: not those of the block/, ...claimed(0, 5, named("other"))],
    [
      "a message that the block did not consume",
      /not those of the block/,
      ...forged("consumed", 0, 0, childLists, { ...deposit, payload: named("other") }).slice(0, 2),
    ],
    [
      "a message that the block did not produce",
      /not those of the block/,
      ...forged("produced", 0, 0, childLists, { ...call, payload: named("other") }).slice(0, 2),
    ],
    ["a consumed message left out", /not those of the block/, ["steps.1.messages.consumed.1.used", false]],
    ["a produced message left out", /not those of the block/, ["steps.0.messages.produced.1.used", false]],
    [
      "a message consumed that the block did not consume",
      /addressed to another layer/,
      ["steps.0.messages.consumed.3.used", true],
    ],
    [
      "a message produced that the block did not produce",
      /from another layer/,
      ["steps.0.messages.produced.3.used", true],
    ],
    ["a consumed amount made larger", /not on the curve/, ["steps.0.messages.consumed.0.message.amount", 31]],
    [
      "a balance the vault does not hold",
      /vault: the balance is not/,
      ["steps.0.messages.produced.0.vault.balance", 501],
    ],
    [
      "another sibling in the vault",
      /vault: the balance is not/,
      ["steps.0.messages.produced.0.vault.siblings.3.0", other],
    ],
    ["a point that is not on the curve", /not on the curve/, ["steps.0.messages.consumed.0.point.y", 1]],
    ["another counter", /not on the curve/, ["steps.0.messages.consumed.0.point.counter", 65000]],
    ["a counter of more than 16 bits", OUT_OF_RANGE, ["steps.0.messages.consumed.0.point.counter", 65536]],
    ["the other sign", OUT_OF_RANGE, ["steps.0.messages.consumed.0.point", minusY(pointHint(deposit, EPOCH))]],
    [
      "a message to another layer consumed",
      /addressed to another layer/,
      ...forged("consumed", 0, 0, childLists, { ...deposit, to: named("other") }),
    ],
    [
      "a message from another layer produced",
      /produced: from another layer/,
      ...forged("produced", 0, 0, childLists, { ...call, from: named("other") }),
    ],
    [
      "a message produced at another time",
      /produced: at another time/,
      ...forged("produced", 0, 0, childLists, { ...call, time: 6 }),
    ],
    ["a message consumed at its own time", OUT_OF_RANGE, ...forged("consumed", 0, 1, trunkLists, { ...call, time: 8 })],
    [
      "a freeze swallowed by a block",
      /what is for the record is not for a block/,
      ...forged("consumed", 0, 0, childLists, { ...deposit, kind: MessageKind.freeze }),
    ],
    [
      "more produced than the vault holds",
      OUT_OF_RANGE,
      ...forged("produced", 0, 0, childLists, { ...call, amount: 501n }),
    ],
    [
      "a negative amount",
      OUT_OF_RANGE,
      ...forged("produced", 0, 0, childLists, {
        ...call,
        amount: 21888242871839275222246405745257275088548364400416034343698204186575808495616n,
      }),
    ],
    [
      "an asset without a place in the vault",
      /decompose into specified 16 limbs/,
      ...forged("consumed", 0, 0, childLists, { ...deposit, asset: 65536 }),
    ],
    ["an asset moved as none", /vault|not those/, ["steps.0.messages.produced.0.message.asset", 0]],
    ["an empty place with an impossible point", /not on the curve/, ["steps.0.messages.produced.3.point.y", 2]],
  ];

  it("the witness is valid before it is attacked", () => circuit.run(inputs));

  it.each(attacks)("%s", async (_, constraint, ...changes) => {
    await expect(circuit.run(tamper(inputs, ...changes))).rejects.toThrow(constraint);
  });

  it("a message of a kind the settlement list can't spell, and a link that is not a bare one", async () => {
    const { parent, child, steps } = epochOfTwo();
    const link = linkBetween(child, parent);
    const [ofChild, ofTrunk] = [blockOf(steps[0]), blockOf(steps[1])];
    const cases = [
      ["produced", 0, { ...call, kind: 128 as MessageKind }, "message-kind", OUT_OF_RANGE],
      ["consumed", 1, { ...call, kind: 128 as MessageKind }, "message-kind", OUT_OF_RANGE],
      ["produced", 0, { ...link, asset: 1 }, "bundle", /bundle: a link carries an asset/],
      ["consumed", 1, { ...link, asset: 1 }, "bundle", /bundle: a link carries an asset/],
      ["produced", 0, { ...link, time: 7 }, "bundle", /bundle: a link has a time/],
      ["consumed", 1, { ...link, time: 7 }, "bundle", /bundle: a link has a time/],
    ] as const;
    for (const [list, step, forgery, rule, constraint] of cases) {
      const lists = step === 0 ? ofChild : ofTrunk;
      await expect(circuit.run(tamper(inputs, ...forged(list, 0, step, lists, forgery)))).rejects.toThrow(constraint);
      const layer = step === 0 ? child : parent;
      const block = blockStep({ layer, time: step === 0 ? 7 : 8, [list]: [forgery] });
      expect(() => applySteps(aggregateOf(layer, [block]))).toThrow(expect.objectContaining({ data: { rule } }));
    }
  });

  it("a frozen layer's block", async () => {
    const freeze = message({ to: trunk().record.layerId, kind: MessageKind.freeze });
    const frozen = afterSteps(trunk(), [{ kind: "freeze", message: freeze }]);
    expect(() => applySteps(aggregateOf(frozen, [blockStep({ layer: frozen, time: 3 })]))).toThrow(AggregateStepError);
    const thawed = { ...frozen, record: { ...frozen.record, flags: 0n } };
    const attempt = inputsOf(aggregateOf(thawed, [blockStep({ layer: thawed, time: 3 })]));
    const root = inputsOf(aggregateOf(frozen, [])).root_in;
    const changes = [
      ["root_in", root],
      ["steps.0.target_root", root],
      ["steps.0.record.flags", 1],
    ] as const;
    await expect(circuit.run(tamper(attempt, ...changes))).rejects.toThrow(/step: the layer is frozen/);
  });

  it("a message consumed twice is not balanced by one that was produced", async () => {
    const { parent, child } = valid;
    const single = { from: child.record.layerId, to: parent.record.layerId, time: 7 };
    const sent = message(single);
    const once = [blockStep({ layer: child, time: 7, produced: [sent], child: CHILD })];
    const balanced = [...once, blockStep({ layer: parent, time: 8, consumed: [sent] })];
    const twice = [...once, blockStep({ layer: parent, time: 8, consumed: [sent, sent] })];
    expect(sumOfMessages(applySteps(aggregateOf(parent, balanced)))).toEqual(NEUTRAL);
    const attempt = inputsOf(aggregateOf(parent, twice));
    await circuit.run(attempt);
    await expect(circuit.run(tamper(attempt, ["sum_x", zero], ["sum_y", zero]))).rejects.toThrow(/aggregate: sum x/);
  });
});

describe("an attack on a registration, a freeze or an aggregate is unsatisfiable", () => {
  const other = fieldToHex(named("other"));
  const registration = registerStep(trunk(), 77);
  const registered = afterSteps(trunk(), [registration]);
  const child = registered.children.get(77)!;
  const freeze = message({ to: child.record.layerId, kind: MessageKind.freeze });
  const register = inputsOf(aggregateOf(trunk(), [registration, { kind: "freeze", child: 77, message: freeze }]));
  const ofChild = aggregateStep(aggregateOf(child, [blockStep({ layer: child, time: 2 })]), 77);
  const folded = inputsOf(aggregateOf(registered, [ofChild]));

  const attacks: [
    name: string,
    base: typeof register,
    constraint: RegExp,
    ...changes: (readonly [string, unknown])[],
  ][] = [
    ["a registration over another layer", register, /the index is taken/, ["steps.0.target_root", other]],
    ["a registration of the layer itself", register, /only a child can be registered/, ["steps.0.of_child", false]],
    ["a child of another parent", register, /names another parent/, ["steps.0.next_config.parent_id", other]],
    ["a child of another index", register, /names another index/, ["steps.0.next_config.index", 78]],
    ["a child put at another index", register, /names another index/, ["steps.0.child_index", 78]],
    [
      "another genesis state than its configuration had",
      register,
      /message point: not on the curve/,
      ["steps.0.next_config.genesis_state_root", other],
    ],
    [
      "a freeze without a message",
      register,
      /no message asks for the step/,
      ["steps.1.messages.consumed.0.used", false],
    ],
    [
      "a freeze of another layer",
      register,
      /addressed to another layer/,
      ["steps.1.messages.consumed.0.message.to", other],
    ],
    ["a freeze that is a deposit", register, /of another kind/, ["steps.1.messages.consumed.0.message.kind", 1]],
    ["a freeze not from L1", register, /only L1 sends this kind/, ["steps.1.messages.consumed.0.message.from", other]],
    ["a second message in a freeze", register, /without messages/, ["steps.1.messages.consumed.1.used", true]],
    ["a message produced by a freeze", register, /without messages/, ["steps.1.messages.produced.0.used", true]],
    ["a message in an aggregate input", folded, /without messages/, ["steps.0.messages.consumed.0.used", true]],
    ["another hash of the aggregate keys", folded, /not those of the statement/, ["aggregate_keys_hash", other]],
    ["another aggregate key", folded, /not those of the statement/, ["aggregate_key_hashes.0", other]],
    [
      "aggregates of keys chosen freely",
      folded,
      /made of other aggregates/,
      ["aggregate_keys_hash", fieldToHex(aggregateKeysHash(AGGREGATE_KEY_HASHES.with(-1, named("other"))))],
      [`aggregate_key_hashes.${AGGREGATE_KEY_HASHES.length - 1}`, other],
    ],
    ["an aggregate by another key", folded, /another verification key/, ["claims.0.key_hash", other]],
    ["an aggregate of other aggregates", folded, /made of other aggregates/, ["claims.0.public_inputs.0", other]],
    ["an aggregate of another layer", folded, /aggregate input: of another layer/, ["claims.0.public_inputs.1", other]],
    [
      "an aggregate from another root",
      folded,
      /does not follow the target's root/,
      ["claims.0.public_inputs.2", other],
    ],
    [
      "an aggregate to another root",
      folded,
      /target's root is not the current one/,
      ["claims.0.public_inputs.3", other],
    ],
    ["an aggregate of another window", folded, /aggregate input: of another window/, ["claims.0.public_inputs.4", 9]],
    ["an aggregate put at another child", folded, /of another layer/, ["steps.0.child_index", 78]],
  ];

  it("a block of a layer before its registration", async () => {
    const [registration, block] = registrationAndBlock();
    const refusal = expect.objectContaining({ data: { rule: "child" } });
    expect(() => applySteps(aggregateOf(trunk(), [block, registration]))).toThrow(refusal);
    const inputs = inputsOf(aggregateOf(trunk(), [registration, block]));
    const swapped = (name: string) => [name, [...(inputs[name] as unknown[])].reverse()] as const;
    const attempt = tamper(inputs, swapped("steps"), swapped("claims"), swapped("proofs"));
    await expect(circuit.run(attempt)).rejects.toThrow(/parent's record is not the current one/);
  });

  it("a child of another layer, registered with the layer that the statement does not name", async () => {
    // The settlement looks at roots only: the trunk would get a child with the identity of the victim's.
    const victim = named("victim");
    const config = configOf(victim, 77n);
    const step: AggregateStep = {
      kind: "register",
      child: 77,
      config,
      blockKeys: BLOCK_KEYS,
    };
    const description = aggregateOf(trunk(), [step]);
    const { statement, applied, layer } = forgeSteps(description);
    expect(layer.children.get(77)!.record.layerId).toBe(layerIdOf(victim, 77n));
    const proofs = unprovenProofs([step], ARITY);
    const forged = { ...description, arity: ARITY, applied, proofs, statement: { ...statement, layerId: victim } };
    await expect(circuit.run(encodeAggregate(forged))).rejects.toThrow(/step: the parent is another layer/);
  });

  it("a layer that begins with another state than its configuration names", async () => {
    const description = aggregateOf(trunk(), [registerStep(trunk(), 77)]);
    const { statement, layer, applied } = forgeSteps(description);
    const child = layer.children.get(77)!;
    const stateRoot = named("all of it is Mallory's");
    const rich = withChild(trunk(), 77, { ...child, record: { ...child.record, stateRoot } });
    const forged = {
      ...description,
      arity: ARITY,
      applied,
      proofs: unprovenProofs(description.steps, ARITY),
      statement: { ...statement, rootOut: layerRoot(rich.record) },
    };
    const inputs = tamper(encodeAggregate(forged), ["steps.0.record.state_root", fieldToHex(stateRoot)]);
    await expect(circuit.run(inputs)).rejects.toThrow(/root/);
  });

  it("a registration that names another index, as the function refuses it", () => {
    const step = { ...registerStep(trunk(), 77), child: 78 };
    const refusal = expect.objectContaining({ data: { rule: "register-index" } });
    expect(() => applySteps(aggregateOf(trunk(), [step]))).toThrow(refusal);
  });

  it.each(attacks)("%s", async (_, base, constraint, ...changes) => {
    await expect(circuit.run(tamper(base, ...changes))).rejects.toThrow(constraint);
  });
});
