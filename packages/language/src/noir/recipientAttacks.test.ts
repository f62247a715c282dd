import { FIELD_MODULUS, type Field, fieldToHex, publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BlockSize,
  type BlockWitness,
  type Message,
  MessageKind,
  messagesHash,
  signTransaction,
} from "@frond/protocol";
import { beforeAll, describe, expect, test } from "vitest";
import { outlet } from "../fixtures/outlet.ts";
import { createTestLayer } from "../testing/createTestLayer.ts";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs, loweredOf, TransactionFailedError } from "./blockInputs.ts";
import { encodeBlock } from "./encodeBlock.ts";
import { traceBlock } from "./traceBlock.ts";

/* L1 pays Ethereum addresses. A wider recipient would be truncated on L1, and its money would be lost. */

const { program } = outlet;
const lowered = loweredOf(program);
const SIZE: BlockSize = { name: "test", transactions: 1, entries: 4, inserts: 3, consumed: 1, produced: 1 };
const SECRET = 1n;
const LAST_ADDRESS = (1n << 160n) - 1n;
const SENDER = addressOf(publicKeyOf(SECRET));
const WIDE = [1n << 160n, LAST_ADDRESS + (1n << 200n), SENDER, FIELD_MODULUS - 1n];

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await createTestCircuit(blockCircuit({ program, size: SIZE }));
}, 300_000);

function failureOf(witness: BlockWitness) {
  const trace = traceBlock(lowered, witness);
  return circuit.failure(encodeBlock(lowered, { size: SIZE, witness, trace }));
}

const methodBlock = (method: number, ...args: Field[]) =>
  createTestLayer(program).block({
    size: SIZE.name,
    calls: [{ secret: SECRET, method, args: [...args, 0n].slice(0, 2) }],
  });

/** A valid block of one call, changed so that the call sends to another recipient. */
function redirected(block: BlockWitness, args: readonly Field[], recipient: Field): BlockWitness {
  return {
    ...block,
    transactions: [signTransaction({ ...block.transactions[0]!, args }, SECRET)],
    produced: block.produced.map((message) => ({ ...message, recipient })),
  };
}

/** A block whose only transaction is signed with other arguments. */
function resigned(block: BlockWitness, method: number, args: readonly Field[]): BlockWitness {
  return { ...block, transactions: [signTransaction({ ...block.transactions[0]!, method, args }, SECRET)] };
}

describe("a method", () => {
  test.each([0n, 1n, LAST_ADDRESS])("can send to the Ethereum address %s", async (recipient) => {
    const block = methodBlock(0, recipient, 1n);
    expect(block.produced).toMatchObject([{ to: 0n, kind: MessageKind.withdrawal, recipient }]);
    expect(await circuit.failure(blockInputs({ program, size: SIZE, witness: block }))).toBeUndefined();
  });

  test.each(WIDE)("has no proof if it withdraws to %s", async (recipient) => {
    const attack = redirected(methodBlock(0, 1n, 1n), [recipient, 1n], recipient);
    expect(() => blockInputs({ program, size: SIZE, witness: attack })).toThrow(TransactionFailedError);
    expect(await failureOf(attack)).toBeDefined();
  });

  test.each(WIDE)("has no proof if it sends a call on L1 to %s", async (recipient) => {
    const attack = redirected(methodBlock(2, 0n, 1n), [0n, recipient], recipient);
    expect(await failureOf(attack)).toBeDefined();
  });

  test("can pay an argument of the type, and again the address that the state holds", async () => {
    const layer = createTestLayer(program);
    const call = (method: number, ...args: Field[]) => ({
      secret: SECRET,
      method,
      args: [...args, 0n, 0n].slice(0, 2),
    });
    for (const paid of [call(3, LAST_ADDRESS), call(4)]) {
      const block = layer.block({ size: SIZE.name, calls: [paid] });
      expect(block.produced).toMatchObject([{ to: 0n, recipient: LAST_ADDRESS }]);
      expect(await failureOf(block)).toBeUndefined();
    }
  });

  test.each(WIDE)("has no proof if its argument of the type is %s", async (recipient) => {
    // What is paid is in order: the range of the argument is all that refuses it.
    const honest = methodBlock(0, 1n, 0n);
    const attack = resigned(methodBlock(5, 1n), 5, [recipient, 0n]);
    expect(await failureOf(honest)).toBeUndefined();
    expect(await failureOf(attack)).toMatch(/call to assert_max_bit_size/);
  });

  test("may name any account of a layer, and anything in a withdrawal that it does not make", async () => {
    for (const block of [methodBlock(2, 9n, SENDER), methodBlock(0, SENDER, 0n)]) {
      expect(block.transactions).toHaveLength(1);
      expect(await failureOf(block)).toBeUndefined();
    }
  });

  test("says what is wrong", () => {
    const attack = redirected(methodBlock(0, 1n, 1n), [SENDER, 1n], SENDER);
    expect(() => blockInputs({ program, size: SIZE, witness: attack })).toThrow(
      "the value is not an Ethereum address: it has more than 160 bits",
    );
  });
});

describe("a handler", () => {
  const call = (recipient: Field, payload = 0n): Message => ({
    from: 9n,
    to: 7n,
    time: 0,
    kind: MessageKind.call,
    asset: 1,
    amount: 5n,
    recipient,
    payload,
  });
  const handlerBlock = (message: Message) => createTestLayer(program).block({ size: SIZE.name, consumed: [message] });
  const routes = [
    ["withdraws", 0n],
    ["sends a call on L1", 1n],
  ] as const;

  test.each(routes)("sends a message back whose recipient is wide, if it %s", async (_, payload) => {
    for (const recipient of WIDE) {
      const block = handlerBlock(call(recipient, payload));
      expect(block.produced).toMatchObject([{ to: 9n, kind: MessageKind.bounce, payload: recipient }]);
      expect(await failureOf(block)).toBeUndefined();
    }
  });

  test.each(routes)("can't deny that a recipient is wide, if it %s", async (_, payload) => {
    for (const recipient of WIDE) {
      const honest = handlerBlock(call(1n, payload));
      // The message claims to be handled: the application's message is sent, and the handler's entry is written.
      const attack = {
        ...honest,
        consumed: [call(recipient, payload)],
        produced: honest.produced.map((message) => ({ ...message, recipient })),
      };
      expect(await failureOf(attack)).toBeDefined();
    }
  });

  test.each(routes)("can't claim that an address is wide, if it %s", async (_, payload) => {
    for (const recipient of [0n, LAST_ADDRESS]) {
      const honest = handlerBlock(call(1n << 160n, payload));
      const { layerId, time } = honest;
      const consumed = [call(recipient, payload)];
      const produced = honest.produced.map((message) => ({ ...message, payload: recipient }));
      const inputs = encodeBlock(lowered, { size: SIZE, witness: honest, trace: traceBlock(lowered, honest) });
      const attack = {
        ...inputs,
        consumed: [{ used: "0x1", message: { ...hexOf(consumed[0]!) } }],
        produced: [{ used: "0x1", ...contentsOf(produced[0]!) }],
        messages_hash: fieldToHex(
          messagesHash(
            produced.map((message) => ({ ...message, from: layerId, time })),
            consumed,
          ),
        ),
      };
      expect(await circuit.failure(attack)).toBeDefined();
      expect(await failureOf(handlerBlock(consumed[0]!))).toBeUndefined();
    }
  });

  test("sends to any account of a layer", async () => {
    const block = handlerBlock(call(SENDER, 10n));
    expect(block.produced).toMatchObject([{ to: 9n, kind: MessageKind.call, recipient: SENDER }]);
    expect(await failureOf(block)).toBeUndefined();
  });
});

describe("a bounce", () => {
  test("of what L1 sent goes to an Ethereum address only, which L1 names in every deposit", async () => {
    const refused = (payload: Field): Message => ({
      from: 0n,
      to: 7n,
      time: 0,
      kind: MessageKind.deposit,
      asset: 1,
      amount: 5n,
      recipient: SENDER,
      payload,
    });
    const bounced = (payload: Field) =>
      createTestLayer(program).block({ size: SIZE.name, consumed: [refused(payload)] });
    expect(bounced(LAST_ADDRESS).produced).toMatchObject([{ to: 0n, kind: MessageKind.bounce }]);
    expect(await failureOf(bounced(LAST_ADDRESS))).toBeUndefined();
    for (const payload of WIDE) expect(await failureOf(bounced(payload))).toBeDefined();
  });
});

function contentsOf({ to, kind, asset, amount, recipient, payload }: Message) {
  const hex = (value: bigint | number) => `0x${value.toString(16)}`;
  return {
    to: hex(to),
    kind: hex(kind),
    asset: hex(asset),
    amount: hex(amount),
    recipient: hex(recipient),
    payload: hex(payload),
  };
}

function hexOf(message: Message) {
  return { ...contentsOf(message), from: fieldToHex(message.from), time: `0x${message.time.toString(16)}` };
}
