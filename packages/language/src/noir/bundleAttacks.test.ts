import { FIELD_MODULUS, publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BlockSize,
  type BlockWitness,
  type BundleLink,
  entryKey,
  type Message,
  MessageKind,
  messagesHash,
} from "@frond/protocol";
import { beforeAll, describe, expect, test } from "vitest";
import { encodeCall } from "../describeMessage.ts";
import { createTestLayer, type TestCall } from "../testing/createTestLayer.ts";
import { shop } from "../testing/shop.ts";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs, loweredOf } from "./blockInputs.ts";
import { encodeBlock } from "./encodeBlock.ts";
import { traceBlock } from "./traceBlock.ts";

const { program } = shop;
const SIZE: BlockSize = { name: "test", transactions: 5, entries: 10, inserts: 5, consumed: 6, produced: 6 };
const LAYER = 7n;
const addressFor = (secret: bigint) => addressOf(publicKeyOf(secret));
const FEE_RECIPIENT = addressFor(3n);

const call = (secret: bigint, method: number, args: readonly bigint[], more: Partial<TestCall> = {}): TestCall => ({
  secret,
  method,
  args: [...args, 0n, 0n, 0n].slice(0, program.argumentFields),
  ...more,
});
const transfer = (secret: bigint, to: bigint, amount: bigint, more: Partial<TestCall> = {}) =>
  call(secret, 0, [addressFor(to), amount], more);
const message = (change: Partial<Message>): Message => ({
  from: 0n,
  to: LAYER,
  time: 0,
  kind: MessageKind.deposit,
  asset: 1,
  amount: 1000n,
  recipient: 0n,
  payload: 0n,
  ...change,
});
const deposit = (secret: bigint) => message({ recipient: addressFor(secret) });
const ordered = encodeCall(shop.calls.order, { price: 40n, customer: addressFor(1n), isGift: true });
const order = message({ from: 5n, kind: MessageKind.call, amount: 40n, ...ordered });
const link = (change: Partial<BundleLink>): BundleLink => ({ id: 0xb1n, index: 0, previous: 0n, next: 0n, ...change });

/**
 * Legs of three bundles, at the middle, the end and the beginning of their bundles, and a transaction without a bundle.
 * One leg sends a message itself.
 */
function createBlock(): BlockWitness {
  const layer = createTestLayer(program, LAYER);
  layer.block({ size: SIZE.name, consumed: [deposit(1n), deposit(2n)] });
  return layer.block({
    size: SIZE.name,
    feeRecipient: FEE_RECIPIENT,
    consumed: [deposit(1n), order],
    calls: [
      transfer(1n, 2n, 10n, { fee: 5n, link: link({ index: 1, previous: 5n, next: 9n }) }),
      call(2n, 1, [6n, 30n, 1n], { fee: 2n, link: link({ id: 0xb2n, next: 5n }) }),
      transfer(1n, 4n, 1n),
      transfer(2n, 1n, 3n, { link: link({ id: 0xb3n, index: 2, previous: 6n }) }),
    ],
  });
}

let circuit: TestCircuit;
let witness: BlockWitness;
// The inputs as an attacker edits them.
// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the generated circuit
type Inputs = any;
let valid: Inputs;

beforeAll(async () => {
  circuit = await createTestCircuit(blockCircuit({ program, size: SIZE }));
  witness = createBlock();
  valid = blockInputs({ program, size: SIZE, witness });
}, 300_000);

const hex = (value: bigint) => `0x${value.toString(16)}`;

/** The inputs of a block with changed claims. Hints and hashes match the changed claims. */
function claiming(change: Partial<BlockWitness>): Inputs {
  const lowered = loweredOf(program);
  const claimed = { ...witness, ...change };
  return encodeBlock(lowered, { size: SIZE, witness: claimed, trace: traceBlock(lowered, claimed) });
}

function tampered(change: (inputs: Inputs) => void): Inputs {
  const inputs = structuredClone(valid);
  change(inputs);
  return inputs;
}

/** The consumed messages of the block with one change. */
const consumedWith = (index: number, change: Partial<Message>) =>
  claiming({ consumed: witness.consumed.map((one, i) => (i === index ? { ...one, ...change } : one)) });
const producedWith = (index: number, change: Partial<Message>) =>
  claiming({ produced: witness.produced.map((one, i) => (i === index ? { ...one, ...change } : one)) });

test("a block with legs of bundles is accepted", async () => {
  const { bundle, call, deposit } = MessageKind;
  expect(witness.consumed.map(({ kind }) => kind)).toEqual([deposit, call, bundle, bundle]);
  expect(witness.produced.map(({ kind }) => kind)).toEqual([bundle, call, bundle]);
  expect(witness.produced.map(({ time }) => time)).toEqual([0, 2, 0]);
  expect(await circuit.failure(valid)).toBeUndefined();
});

test("fees are paid to the block's recipient", () => {
  const paid = [...witness.witnessSet.entries, ...witness.witnessSet.inserts].find(
    ({ key }) => key === entryKey(0, [FEE_RECIPIENT]),
  );
  expect(paid?.after[1]).toBe(7n);
});

/**
 * In the block above, consumed messages 2 and 3 are the links before the first and the last leg. Produced messages 0
 * and 2 are the links after the first and the second leg.
 */
const bundles: Record<string, { inputs: () => Inputs; caught: RegExp }> = {
  "a leg without the link before it": {
    inputs: () => claiming({ consumed: witness.consumed.slice(0, 3) }),
    caught: /not the one before|from another layer/,
  },
  "no leg has the link before it": {
    inputs: () => claiming({ consumed: witness.consumed.slice(0, 2) }),
    caught: /not the one before|from another layer/,
  },
  "a leg without the link after it": {
    inputs: () => claiming({ produced: witness.produced.slice(0, 2) }),
    caught: /otherwise than produced|to another layer/,
  },
  "a link before no leg": {
    inputs: () => claiming({ consumed: [...witness.consumed, { ...witness.consumed[3]!, recipient: 0xb4n }] }),
    caught: /a link that no transaction demands/,
  },
  "a link after no leg": {
    inputs: () => claiming({ produced: [...witness.produced, { ...witness.produced[2]!, recipient: 0xb4n }] }),
    caught: /not as many as were sent/,
  },
  "a link consumed twice": {
    inputs: () => claiming({ consumed: [...witness.consumed, witness.consumed[3]!] }),
    caught: /a link that no transaction demands/,
  },
  "a link produced twice": {
    inputs: () => claiming({ produced: [...witness.produced, witness.produced[2]!] }),
    caught: /not as many as were sent/,
  },
  "one link for two legs": {
    inputs: () => claiming({ consumed: [...witness.consumed.slice(0, 3), witness.consumed[2]!] }),
    caught: /from another layer/,
  },
  "links in another order than the legs": {
    inputs: () => claiming({ consumed: [...witness.consumed.slice(0, 2), ...witness.consumed.slice(2).reverse()] }),
    caught: /from another layer/,
  },
  "a link before the messages that are handled": {
    inputs: () =>
      tampered((i) => {
        const order = [2, 0, 1, 3];
        i.consumed = [...order.map((place) => i.consumed[place]), ...i.consumed.slice(4)];
        i.handler_traces = [...order.map((place) => i.handler_traces[place]), ...i.handler_traces.slice(4)];
        i.handler_args = [...order.map((place) => i.handler_args[place]), ...i.handler_args.slice(4)];
        const consumed = order.map((place) => witness.consumed[place]!);
        i.messages_hash = hex(messagesHash(witness.produced, consumed));
      }),
    caught: /not the one before/,
  },
  "a leg of another account before": {
    inputs: () => consumedWith(2, { payload: addressFor(2n) }),
    caught: /of another account/,
  },
  "another leg before": { inputs: () => consumedWith(2, { amount: 1n }), caught: /not the one before/ },
  "another layer before": { inputs: () => consumedWith(2, { from: 6n }), caught: /from another layer/ },
  "another bundle before": { inputs: () => consumedWith(2, { recipient: 0xb9n }), caught: /of another bundle/ },
  "money in a link": { inputs: () => consumedWith(2, { asset: 1 }), caught: /not the one before/ },
  "a link with a time": { inputs: () => consumedWith(2, { time: 1 }), caught: /has a time/ },
  "a link of another kind": {
    inputs: () => consumedWith(2, { kind: MessageKind.call }),
    caught: /./,
  },
  "a link for another layer": { inputs: () => consumedWith(2, { to: 8n }), caught: /addressed to another layer/ },
  "another layer after": { inputs: () => producedWith(0, { to: 6n }), caught: /to another layer than produced/ },
  "another place of the leg after": { inputs: () => producedWith(0, { amount: 2n }), caught: /otherwise than/ },
  "another bundle after": { inputs: () => producedWith(0, { recipient: 0xb9n }), caught: /otherwise than/ },
  "a link in the name of another account": {
    inputs: () => producedWith(0, { payload: addressFor(2n) }),
    caught: /otherwise than/,
  },
  "a link of another kind produced": {
    inputs: () => producedWith(0, { kind: MessageKind.call, time: 2 }),
    caught: /otherwise than/,
  },
  "a produced link with the block's time": { inputs: () => producedWith(0, { time: 2 }), caught: /other messages/ },
  "a link that is sent back like a message": {
    inputs: () =>
      claiming({
        produced: [{ ...witness.produced[1]!, kind: MessageKind.bounce, to: 5n }, ...witness.produced],
      }),
    caught: /./,
  },
  ...Object.fromEntries(
    (["id", "index", "previous", "next"] as const).map((part) => [
      `a signature for another ${part}`,
      {
        inputs: () =>
          claiming({
            transactions: witness.transactions.map((one, i) =>
              i === 0 ? { ...one, link: { ...one.link, [part]: part === "index" ? 2 : 12n } } : one,
            ),
          }),
        caught: /wrong signature/,
      },
    ]),
  ),
  "a link at another place of the consumed ones": {
    inputs: () =>
      tampered((i) => {
        i.link_places[0].consumed = 3;
      }),
    caught: /not the next place/,
  },
  "a link at another place of the produced ones": {
    inputs: () =>
      tampered((i) => {
        i.link_places[0].produced = 2;
      }),
    caught: /not the next place/,
  },
};

const fees: Record<string, { inputs: () => Inputs; caught: RegExp }> = {
  "a fee above what was agreed to": { inputs: () => claiming({ fees: [6n, 2n, 0n, 0n] }), caught: /range|bit|Cannot/i },
  "a fee that is negative": {
    inputs: () => claiming({ fees: [FIELD_MODULUS - 1n, 2n, 0n, 0n] }),
    caught: /range|bit|Cannot/i,
  },
  "a fee that is not taken": {
    inputs: () =>
      tampered((i) => {
        i.fees[0] = "0x0";
      }),
    caught: /./,
  },
  "another recipient of the fees": {
    inputs: () =>
      tampered((i) => {
        i.fee_recipient = hex(addressFor(2n));
      }),
    caught: /not the one that is opened/,
  },
};

const calls: Record<string, { inputs: () => Inputs; caught: RegExp }> = {
  "another argument of a call": {
    inputs: () =>
      tampered((i) => {
        i.handler_args[1][0] = "0x29";
      }),
    caught: /other arguments than are packed/,
  },
  "arguments out of range that make the same": {
    inputs: () =>
      tampered((i) => {
        i.handler_args[1][0] = hex(40n + (1n << 64n));
        i.handler_args[1][1] = "0x0";
      }),
    caught: /range|bit|Cannot|failed/i,
  },
  "another argument in the message": {
    inputs: () => consumedWith(1, { payload: order.payload + (1n << 24n) }),
    caught: /./,
  },
};

describe.each([
  ["bundles", bundles],
  ["fees", fees],
  ["calls", calls],
])("changes of %s are refused", (_, attacks) => {
  test.each(Object.keys(attacks))("%s", async (name) => {
    const { inputs, caught } = attacks[name]!;
    expect(await circuit.failure(inputs())).toMatch(caught);
  });
});

test.each([
  ["one more above its arguments", order.payload + (1n << 89n)],
  ["the most that a field holds", FIELD_MODULUS - 1n],
  ["another selector", order.payload + 1n],
  ["nothing wrong", order.payload],
])("a call with %s is handled or bounces as in the executor", async (_, payload) => {
  const layer = createTestLayer(program, LAYER);
  const consumed = [
    message({ ...order, payload }),
    message({ ...order, kind: MessageKind.bounce, recipient: payload }),
  ];
  const block = layer.block({ size: SIZE.name, consumed });
  expect(block.produced).toHaveLength(payload === order.payload ? 0 : 1);
  expect(await circuit.failure(blockInputs({ program, size: SIZE, witness: block }))).toBeUndefined();
});
