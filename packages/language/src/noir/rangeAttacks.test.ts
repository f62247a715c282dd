import { FIELD_MODULUS, type Field, fieldToHex, publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BlockSize,
  type BlockWitness,
  entryKey,
  type Message,
  MessageKind,
  messageHash,
  messagesHash,
  NO_LINK,
  signTransaction,
  type Transaction,
  valueClassOf,
} from "@frond/protocol";
import { beforeAll, describe, expect, test } from "vitest";
import { application } from "../application.ts";
import { account } from "../state.ts";
import { createTestLayer } from "../testing/createTestLayer.ts";
import { shop } from "../testing/shop.ts";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";
import { field } from "../types.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs, loweredOf } from "./blockInputs.ts";
import { wordCapacity } from "./dataLists.ts";
import { encodeBlock } from "./encodeBlock.ts";
import { traceBlock } from "./traceBlock.ts";

/* Each attack would be accepted if one number were not ranged: all other constraints hold. */

const OUT_OF_RANGE = /call to assert_max_bit_size/;
const { program } = shop;
const SIZE: BlockSize = { name: "test", transactions: 1, entries: 4, inserts: 2, consumed: 1, produced: 1 };
const SECRET = 1n;
const PAYER = addressOf(publicKeyOf(SECRET));
const FEE_RECIPIENT = addressOf(publicKeyOf(3n));
const hex = (value: bigint | number) => `0x${value.toString(16)}`;
const DEPOSIT: Message = {
  ...{ from: 0n, to: 7n, time: 0, kind: MessageKind.deposit, asset: 1, amount: 1000n },
  ...{ recipient: PAYER, payload: 0xabn },
};

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await createTestCircuit(blockCircuit({ program, size: SIZE }));
}, 300_000);

// The inputs as an attacker edits them.
// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the generated circuit
type Inputs = any;

/** Inputs whose hints and hashes are those of the claimed block. */
function inputsOf(witness: BlockWitness): Inputs {
  const lowered = loweredOf(program);
  return encodeBlock(lowered, { size: SIZE, witness, trace: traceBlock(lowered, witness) });
}

/** A block with one call of a payer who has money. */
function blockOf(method: number, args: readonly Field[], fee = 0n): BlockWitness {
  const layer = createTestLayer(program);
  layer.block({ size: SIZE.name, consumed: [DEPOSIT], feeRecipient: FEE_RECIPIENT });
  const calls = [{ secret: SECRET, method, args: [...args, 0n, 0n].slice(0, program.argumentFields), fee }];
  const block = layer.block({ size: SIZE.name, calls, feeRecipient: FEE_RECIPIENT });
  expect(block.transactions).toHaveLength(1);
  return block;
}

function resigned(block: BlockWitness, change: Partial<Transaction>): BlockWitness {
  return { ...block, transactions: [signTransaction({ ...block.transactions[0]!, ...change }, SECRET)] };
}

describe("a signature is for one fee, one expiry, one nonce and one place in a bundle", () => {
  const transfer = (fee: bigint) => blockOf(0, [FEE_RECIPIENT, 1n], fee);

  test("a fee and a time that the account agreed to are accepted", async () => {
    expect(await circuit.failure(inputsOf(resigned(transfer(3n), { maxFee: 5n })))).toBeUndefined();
  });

  test("expiry: one that has passed does not become one in the far future", async () => {
    const inputs = inputsOf(resigned(transfer(3n), { maxFee: 5n, expiry: 1 }));
    inputs.transactions[0].expiry = hex((1n << 48n) + 1n);
    inputs.transactions[0].max_fee = hex(4n);
    expect(await circuit.failure(inputs)).toMatch(OUT_OF_RANGE);
  });

  test("max_fee: a place in a bundle does not become a higher fee", async () => {
    const inputs = inputsOf(resigned(transfer(100n), { maxFee: 5n, link: { ...NO_LINK, index: 1 } }));
    inputs.transactions[0].link.index = "0x0";
    inputs.transactions[0].max_fee = hex((1n << 64n) + 5n);
    expect(await circuit.failure(inputs)).toMatch(OUT_OF_RANGE);
  });

  test("fee: a negative one does not pay the sender what the recipient of fees has", async () => {
    const fund = { size: SIZE.name, consumed: [{ ...DEPOSIT, recipient: FEE_RECIPIENT }], feeRecipient: FEE_RECIPIENT };
    const layer = createTestLayer(program);
    layer.block(fund);
    const call = { secret: SECRET, method: 0, args: [PAYER, 0n, 0n] };
    const honest = layer.block({ size: SIZE.name, calls: [call], feeRecipient: FEE_RECIPIENT });
    expect(await circuit.failure(inputsOf(honest))).toBeUndefined();
    const before = createTestLayer(program);
    before.block(fund);
    const witnessSet = before.tree.applyWitnessSet([
      { key: entryKey(0, [PAYER]), after: [1n, 1n, 0n, 0n] },
      { key: entryKey(0, [FEE_RECIPIENT]), after: [0n, 999n, 0n, 0n] },
    ]);
    // The hints are the honest ones: nothing underflows or overflows.
    const trace = traceBlock(loweredOf(program), honest);
    const attack = { ...honest, witnessSet, fees: [FIELD_MODULUS - 1n] };
    const inputs = encodeBlock(loweredOf(program), { size: SIZE, witness: attack, trace });
    expect(await circuit.failure(inputs)).toMatch(OUT_OF_RANGE);
  });

  test("nonce: the account counts to 2^32 - 1, and no further", async () => {
    const u32 = valueClassOf(32);
    const wide = program.formats.map((format) => format.map((one) => (one === u32 ? valueClassOf(64) : one)));
    const counting = (nonce: number, formats = program.formats) => {
      const layer = createTestLayer(program);
      layer.block({ size: SIZE.name, consumed: [DEPOSIT], feeRecipient: FEE_RECIPIENT });
      const call = { secret: SECRET, method: 0, args: [FEE_RECIPIENT, 1n, 0n], nonce };
      const witness = layer.block({ size: SIZE.name, calls: [call], feeRecipient: FEE_RECIPIENT });
      const lowered = { ...loweredOf(program), program: { ...program, formats } };
      const inputs: Inputs = encodeBlock(lowered, { size: SIZE, witness, trace: traceBlock(lowered, witness) });
      inputs.public_list.words.length = wordCapacity(program, SIZE);
      return inputs;
    };
    expect(await circuit.failure(counting(2 ** 32 - 2))).toBeUndefined();
    // As data no nonce of 33 bits can be written, so the attacker's format is wider than the circuit's.
    expect(await circuit.failure(counting(2 ** 32 - 1, wide))).toMatch(OUT_OF_RANGE);
  });

  test("link.index: a higher fee is not made up for by an index between two numbers", async () => {
    const inputs = inputsOf(resigned(transfer(100n), { maxFee: 5n }));
    inputs.transactions[0].max_fee = hex(100n);
    // 5 * 2^88 is 100 * 2^88 + index * 2^152.
    inputs.transactions[0].link.index = fieldToHex(((FIELD_MODULUS - 95n) * inverse(1n << 64n)) % FIELD_MODULUS);
    expect(await circuit.failure(inputs)).toMatch(OUT_OF_RANGE);
  });
});

test("a bool argument of 2", async () => {
  const honest = blockOf(1, [9n, 30n, 1n]);
  expect(await circuit.failure(inputsOf(honest))).toBeUndefined();
  // The bool is packed above the selector and the u64.
  const produced = honest.produced.map((message) => ({ ...message, payload: message.payload + (1n << 88n) }));
  const attack = resigned({ ...honest, produced }, { args: [9n, 30n, 2n] });
  expect(await circuit.failure(inputsOf(attack))).toMatch(OUT_OF_RANGE);
});

describe("a consumed message", () => {
  const handled = createTestLayer(program).block({ size: SIZE.name, consumed: [DEPOSIT], feeRecipient: FEE_RECIPIENT });
  const consuming = (change: Partial<Message>) => inputsOf({ ...handled, consumed: [{ ...DEPOSIT, ...change }] });

  test("is of a time below the block's", async () => {
    expect(handled.time).toBe(1);
    expect(await circuit.failure(consuming({ time: 0 }))).toBeUndefined();
    for (const time of [1, 2, 2 ** 48 - 1]) {
      expect(await circuit.failure(consuming({ time }))).toMatch(OUT_OF_RANGE);
    }
  });

  test("has an asset number of at most 32 bits, and all of those", async () => {
    expect(await circuit.failure(consuming({ asset: 2 ** 32 - 1 }))).toBeUndefined();
    expect(await circuit.failure(consuming({ asset: 2 ** 32 }))).toMatch(OUT_OF_RANGE);
  });
});

test("a consumed message has an amount of at most 128 bits, also if nobody handles the message", async () => {
  const consuming = (amount: bigint) => {
    const consumed = [{ ...DEPOSIT, kind: MessageKind.bounce, recipient: 1n, amount }];
    return inputsOf(createTestLayer(program).block({ size: SIZE.name, consumed }));
  };
  expect(await circuit.failure(consuming(2n ** 128n - 1n))).toBeUndefined();
  expect(await circuit.failure(consuming(2n ** 128n))).toMatch(OUT_OF_RANGE);
});

test("a message is consumed once, and not so often that its hash is that of another", async () => {
  // No handler takes this bounce, so that the block swallows it and nobody gets the deposit.
  const bounce: Message = { ...DEPOSIT, kind: MessageKind.bounce, recipient: 1n };
  const inputs = inputsOf(createTestLayer(program).block({ size: SIZE.name, consumed: [bounce] }));
  expect(await circuit.failure(inputs)).toBeUndefined();
  inputs.consumed[0].used = fieldToHex((messageHash(DEPOSIT) * inverse(messageHash(bounce))) % FIELD_MODULUS);
  inputs.messages_hash = fieldToHex(messagesHash([], [DEPOSIT]));
  expect(await circuit.failure(inputs)).toMatch(/bit: neither 0 nor 1/);
});

test("a transaction is executed once, and not twice on an account that is nobody's", async () => {
  const idle = application({
    name: "idle",
    state: { accounts: account({}) },
    methods: { idle: { args: {}, run: () => undefined } },
  }).program;
  const ofIdle = await createTestCircuit(blockCircuit({ program: idle, size: SIZE }));
  const block = createTestLayer(idle).block({ size: SIZE.name, calls: [{ secret: SECRET, method: 0, args: [] }] });
  const lowered = loweredOf(idle);
  const trace = traceBlock(lowered, block);
  expect(await ofIdle.failure(encodeBlock(lowered, { size: SIZE, witness: block, trace }))).toBeUndefined();
  // Used twice, it opens the entry of twice the key, and adds two to the nonce there.
  const key = (2n * entryKey(0, [PAYER])) % FIELD_MODULUS;
  const witnessSet = createTestLayer(idle).tree.applyWitnessSet([{ key, after: [2n] }]);
  const inputs: Inputs = encodeBlock(lowered, { size: SIZE, witness: { ...block, witnessSet }, trace });
  inputs.transactions_used[0] = "0x2";
  expect(await ofIdle.failure(inputs)).toMatch(/bit: neither 0 nor 1/);
});

test("a produced message has one reading: kind, asset and amount that pack to the same", async () => {
  const honest = blockOf(1, [9n, 30n, 0n]);
  const [sent] = honest.produced;
  expect(sent).toMatchObject({ kind: MessageKind.call, asset: 1, amount: 30n });
  const readings: Partial<Message>[] = [
    { kind: (sent!.kind + 256) as MessageKind, asset: 0 },
    { asset: 1 + 2 ** 32, amount: 29n },
    { asset: 0, amount: (30n + inverse(1n << 32n)) % FIELD_MODULUS },
  ];
  for (const reading of readings) {
    const attack = inputsOf({ ...honest, produced: [{ ...sent!, ...reading }] });
    expect(await circuit.failure(attack)).toMatch(OUT_OF_RANGE);
  }
});

test("a sum of fields that is the modulus is zero, in the executor and in the circuit", {
  timeout: 120_000,
}, async () => {
  const sums = application({
    name: "sums",
    state: { accounts: account({ sum: field, difference: field }) },
    methods: {
      add: {
        args: { a: field, b: field },
        run: ({ state, sender }, { a, b }) =>
          state.accounts.at(sender).set({ sum: a.add(b), difference: a.subtract(b).subtract(1) }),
      },
    },
  }).program;
  const ofSums = await createTestCircuit(blockCircuit({ program: sums, size: SIZE }));
  for (const [a, b, sum, difference] of [
    [FIELD_MODULUS - 1n, 1n, 0n, FIELD_MODULUS - 3n],
    [FIELD_MODULUS - 1n, 2n, 1n, FIELD_MODULUS - 4n],
    [1n, 0n, 1n, 0n],
  ] as const) {
    const witness = createTestLayer(sums).block({
      size: SIZE.name,
      calls: [{ secret: SECRET, method: 0, args: [a, b] }],
    });
    const written = witness.witnessSet.inserts.find(({ key }) => key === entryKey(0, [PAYER]));
    expect(written?.after).toEqual([1n, sum, difference]);
    expect(await ofSums.failure(blockInputs({ program: sums, size: SIZE, witness }))).toBeUndefined();
  }
});

/** 1 / x in the field. */
function inverse(x: bigint): bigint {
  let result = 1n;
  for (let base = x % FIELD_MODULUS, exponent = FIELD_MODULUS - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % FIELD_MODULUS;
    base = (base * base) % FIELD_MODULUS;
  }
  return result;
}
