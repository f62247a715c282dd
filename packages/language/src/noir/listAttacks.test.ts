import { FIELD_MODULUS, type Field, fieldToHex, poseidon2Hash, publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BlockSize,
  type BlockWitness,
  MESSAGES_PER_BLOCK,
  type Message,
  MessageKind,
  messageHash,
} from "@frond/protocol";
import { beforeAll, expect, test } from "vitest";
import { createTestLayer } from "../testing/createTestLayer.ts";
import { shop } from "../testing/shop.ts";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs } from "./blockInputs.ts";

/*
 * A block's lists of messages are used from their beginning, each place once. What the block sends and demands is
 * compared with a place whether the place is used or not, so that another message could be used instead.
 */

const { program } = shop;
const SIZE: BlockSize = { name: "test", transactions: 1, entries: 4, inserts: 2, consumed: 2, produced: 3 };
const SECRET = 1n;
const FEE_RECIPIENT = addressOf(publicKeyOf(3n));
const DEPOSIT: Message = {
  ...{ from: 0n, to: 7n, time: 0, kind: MessageKind.deposit, asset: 1, amount: 1000n },
  ...{ recipient: addressOf(publicKeyOf(SECRET)), payload: 0xabn },
};

// The inputs as an attacker edits them.
// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the generated circuit
type Inputs = any;

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await createTestCircuit(blockCircuit({ program, size: SIZE }));
}, 300_000);

/** A leg in the middle of a bundle. It sends a call, and has a link before and a link after it. */
function legBlock(): BlockWitness {
  const layer = createTestLayer(program);
  layer.block({ size: SIZE.name, consumed: [DEPOSIT], feeRecipient: FEE_RECIPIENT });
  const link = { id: 0xb1n, index: 1, previous: 5n, next: 9n };
  const leg = { secret: SECRET, method: 1, args: [9n, 30n, 0n], link };
  return layer.block({ size: SIZE.name, calls: [leg], feeRecipient: FEE_RECIPIENT });
}

const witness = legBlock();
const [call, linkAfter] = witness.produced.map(messageHash) as [Field, Field];
const [linkBefore] = witness.consumed.map(messageHash) as [Field];

/** The inputs of the block with a change, and with the hash of lists of these hashes. */
function claiming(produced: readonly Field[], consumed: readonly Field[], change: (inputs: Inputs) => void): Inputs {
  const inputs: Inputs = blockInputs({ program, size: SIZE, witness });
  change(inputs);
  const padded = (hashes: readonly Field[]) => Array.from({ length: MESSAGES_PER_BLOCK }, (_, i) => hashes[i] ?? 0n);
  inputs.messages_hash = fieldToHex(poseidon2Hash([...padded(produced), ...padded(consumed)]));
  return inputs;
}

test("the block is accepted with the hash of its lists", async () => {
  expect(witness.produced.map(({ kind }) => kind)).toEqual([MessageKind.call, MessageKind.bundle]);
  expect(witness.consumed.map(({ kind }) => kind)).toEqual([MessageKind.bundle]);
  expect(await circuit.failure(claiming([call, linkAfter], [linkBefore], () => undefined))).toBeUndefined();
});

test("another message is produced instead of one that is passed over", async () => {
  const forged = messageHash({ ...witness.produced[0]!, amount: 900n });
  const inputs = claiming([call, 0n, forged], [linkBefore], ({ produced }) => {
    produced[2] = { ...produced[0], amount: fieldToHex(900n) };
    produced[1].used = "0x0";
  });
  expect(await circuit.failure(inputs)).toMatch(/produced: a gap/);
});

test("the link of another bundle is consumed instead of one that is passed over", async () => {
  const other = messageHash({ ...witness.consumed[0]!, recipient: 0xb2n });
  const inputs = claiming([call, linkAfter], [0n, other], ({ consumed }) => {
    consumed[1] = { used: "0x1", message: { ...consumed[0].message, recipient: fieldToHex(0xb2n) } };
    consumed[0].used = "0x0";
  });
  expect(await circuit.failure(inputs)).toMatch(/consumed: a gap/);
});

test("a message is produced twice, and another one not at all", async () => {
  const inputs = claiming([(2n * call) % FIELD_MODULUS], [linkBefore], ({ produced }) => {
    produced[0].used = "0x2";
    produced[1].used = "0x0";
  });
  expect(await circuit.failure(inputs)).toMatch(/bit: neither 0 nor 1/);
});
