import { publicKeyOf } from "@frond/foundation";
import { addressOf, type BlockSize, type DataMode, type Message, MessageKind } from "@frond/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { purses } from "../fixtures/purses.ts";
import { createTestLayer, type TestCall } from "../testing/createTestLayer.ts";
import { createTestCircuit } from "../testing/testCircuit.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs } from "./blockInputs.ts";

const { program } = purses;
const SIZE: BlockSize = { name: "test", transactions: 4, entries: 12, inserts: 6, consumed: 2, produced: 2 };
const SECRETS = [1n, 2n, 3n];
const addressFor = (secret: bigint) => addressOf(publicKeyOf(secret));

const secrets = fc.constantFrom(...SECRETS);
const bits = fc.constantFrom(0n, 1n);
const u32 = fc.bigInt({ min: 0n, max: (1n << 32n) - 1n });
const calls: fc.Arbitrary<TestCall> = fc.oneof(
  fc.record({ secret: secrets, method: fc.constant(0), args: fc.tuple(bits, fc.constant(0n), fc.constant(0n)) }),
  fc.record({
    secret: secrets,
    method: fc.constant(1),
    args: fc.tuple(secrets.map(addressFor), fc.bigInt({ min: 0n, max: 1n << 120n }), fc.constant(0n)),
  }),
  fc.record({
    secret: secrets,
    method: fc.constant(2),
    args: fc.tuple(fc.bigInt({ min: 0n, max: 1n << 253n }), bits, u32),
  }),
);
const deposits: fc.Arbitrary<Message> = secrets.map((secret) => ({
  ...{ from: 0n, to: 7n, time: 0, kind: MessageKind.deposit, asset: 1, payload: 0xabn },
  ...{ amount: 1n << 121n, recipient: addressFor(secret) },
}));
const blocks = fc.array(
  fc.record({ consumed: fc.array(deposits, { maxLength: 2 }), calls: fc.array(calls, { maxLength: 4 }) }),
  { minLength: 4, maxLength: 6 },
);

/** The statement that a circuit accepts is that of the function, whatever is hidden. */
describe.each<DataMode>(["rollup", "validium", "volition"])("the circuit of a %s", (data) => {
  test("publishes the words of the function", { timeout: 300_000 }, async () => {
    const circuit = await createTestCircuit(blockCircuit({ program, size: SIZE, data }));
    for (const history of fc.sample(blocks, { seed: 5, numRuns: 4 })) {
      const layer = createTestLayer(program);
      for (const block of history) {
        const witness = layer.block({ size: SIZE.name, ...block });
        expect(await circuit.failure(blockInputs({ program, size: SIZE, witness, data }))).toBeUndefined();
      }
    }
  });
});
