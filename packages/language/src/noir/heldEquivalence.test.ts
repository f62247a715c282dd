import { publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BlockSize,
  blockData,
  forcedOf,
  type Message,
  MessageKind,
  readEntryWords,
  signTransaction,
} from "@frond/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dataRulesOf } from "../entryFormats.ts";
import { lockers } from "../fixtures/lockers.ts";
import { createTestLayer, type TestCall } from "../testing/createTestLayer.ts";
import { createTestCircuit } from "../testing/testCircuit.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs } from "./blockInputs.ts";

const { program } = lockers;
const SIZE: BlockSize = { name: "test", transactions: 4, entries: 12, inserts: 6, consumed: 2, produced: 2 };
const SECRETS = [1n, 2n, 3n];
const addressFor = (secret: bigint) => addressOf(publicKeyOf(secret));

const secrets = fc.constantFrom(...SECRETS);
const bits = fc.constantFrom(0n, 1n);
const calls: fc.Arbitrary<TestCall> = fc.oneof(
  fc.record({ secret: secrets, method: fc.constant(0), args: fc.tuple(bits, bits) }),
  fc.record({
    secret: secrets,
    method: fc.constant(1),
    args: fc.tuple(secrets.map(addressFor), fc.bigInt({ min: 0n, max: 1n << 120n })),
  }),
  fc.record({ secret: secrets, method: fc.constant(2), args: fc.tuple(fc.bigInt({ min: 0n, max: 1n << 253n }), bits) }),
);
const deposits: fc.Arbitrary<Message> = secrets.map((secret) => ({
  ...{ from: 0n, to: 7n, time: 0, kind: MessageKind.deposit, asset: 1, payload: 0xabn },
  ...{ amount: 1n << 121n, recipient: addressFor(secret) },
}));
const blocks = fc.array(
  fc.record({
    consumed: fc.array(deposits, { maxLength: 2 }),
    calls: fc.array(calls, { maxLength: 4 }),
    holders: fc.subarray(SECRETS),
  }),
  { minLength: 4, maxLength: 6 },
);

describe.each([0, 3])("the circuit with %s places for holders", (holders) => {
  test("publishes the words of the function", { timeout: 300_000 }, async () => {
    const size: BlockSize = { ...SIZE, holders };
    const circuit = await createTestCircuit(blockCircuit({ program, size }));
    let signed = 0;
    for (const history of fc.sample(blocks, { seed: 7, numRuns: 2 })) {
      const layer = createTestLayer(program);
      for (const { holders: willing, ...content } of history) {
        const block = layer.block({ size: size.name, ...content, holders: holders > 0 ? willing : [] });
        signed += block.holders?.length ?? 0;
        expect(await circuit.failure(blockInputs({ program, size, witness: block }))).toBeUndefined();
      }
    }
    expect(signed > 0).toBe(holders > 0);
  });
});

test("a circuit of forced transactions takes holders as well", { timeout: 300_000 }, async () => {
  const size: BlockSize = { ...SIZE, transactions: 0, consumed: 0, forced: 2, holders: 1 };
  const circuit = await createTestCircuit(blockCircuit({ program, size }));
  const forced = (nonce: number) =>
    forcedOf(signTransaction({ layerId: 7n, method: 0, args: [1n, 1n], nonce, maxFee: 0n, expiry: 1_000 }, 1n));
  for (const holders of [[], [1n]]) {
    const layer = createTestLayer(program);
    const witness = layer.block({ size: size.name, forced: [forced(0), forced(1)], holders });
    expect(await circuit.failure(blockInputs({ program, size, witness }))).toBeUndefined();
    const { publicWords } = blockData({ ...witness, ...dataRulesOf(program) });
    expect(readEntryWords(publicWords)).toMatchObject([{ isHidden: holders.length > 0 }]);
  }
});

test("a circuit takes no holders of an application that has none, or that publishes all", () => {
  const main = (data: "rollup" | "volition", given: BlockSize) =>
    blockCircuit({ program, size: given, data }).files["bin/src/main.nr"]!;
  expect(main("rollup", { ...SIZE, holders: 3 })).toBe(main("rollup", SIZE));
  expect(main("volition", { ...SIZE, holders: 3 })).not.toBe(main("volition", SIZE));
});
