import { publicKeyOf, type Signature } from "@frond/foundation";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { AGGREGATE_ARITIES, type AggregateDescription, type AggregateStep } from "./aggregateStep.ts";
import { applySteps } from "./applySteps.ts";
import { aggregateCircuit } from "./circuitSource.ts";
import { encodeAggregate } from "./encodeAggregate.ts";
import { genesisSnapshot, type LayerSnapshot } from "./layerSnapshot.ts";
import { compileForTest, type TestCircuit } from "./testing/compileForTest.ts";
import { forgeSteps } from "./testing/forgeSteps.ts";
import {
  AGGREGATE_KEY_HASHES,
  BLOCK_KEYS,
  blockStep,
  configOf,
  SEQUENCER_SECRET,
  signClaim,
  trunk,
  unprovenProofs,
  WINDOW,
} from "./testing/scenario.ts";

const ARITY = AGGREGATE_ARITIES[1]!;
const CHILD = 5;
const NOT_SIGNED = /block: not signed by the layer's sequencer/;

let circuit: TestCircuit;

beforeAll(async () => {
  circuit = await compileForTest(aggregateCircuit(ARITY));
});

function aggregateOf(layer: LayerSnapshot, steps: readonly AggregateStep[]): AggregateDescription {
  return { aggregateKeyHashes: AGGREGATE_KEY_HASHES, layer, window: WINDOW, steps };
}

/** The inputs as an aggregator makes them who cares for no rule. */
function forgedInputs(description: AggregateDescription) {
  const proofs = unprovenProofs(description.steps, ARITY);
  return encodeAggregate({ ...description, ...forgeSteps(description), arity: ARITY, proofs });
}

const block = blockStep({ layer: trunk(), time: 7 });
const { publicInputs } = block.claim;

async function expectUnsigned(description: AggregateDescription, constraint = NOT_SIGNED) {
  expect(() => applySteps(description)).toThrow(expect.objectContaining({ data: { rule: "signature" } }));
  await expect(circuit.run(forgedInputs(description))).rejects.toThrow(constraint);
}

describe("a block without its sequencer's signature is refused, by function and circuit alike", () => {
  const { r, s } = block.signature;
  const none: Signature = { r: { x: 0n, y: 0n }, s: 0n };
  const attacks: [name: string, signature: Signature][] = [
    ["without a signature", none],
    ["with another key's signature", signClaim(block.claim, SEQUENCER_SECRET + 1n)],
    ["with another scalar", { r, s: s + 1n }],
    ["with another low limb", { r, s: s ^ 1n }],
    ["with another high limb", { r, s: s ^ (1n << 128n) }],
    ["with another nonce", { r: publicKeyOf(2n), s }],
    ["with the signature of another layer", signClaim({ publicInputs: publicInputs.with(0, 9n) })],
    ["with the signature of another state before", signClaim({ publicInputs: publicInputs.with(1, 9n) })],
    ["with the signature of another state after", signClaim({ publicInputs: publicInputs.with(2, 9n) })],
    ["with the signature of another time", signClaim({ publicInputs: publicInputs.with(3, 8n) })],
    ["with the signature of another epoch", signClaim({ publicInputs: publicInputs.with(4, 4n) })],
    ["with the signature of other messages", signClaim({ publicInputs: publicInputs.with(5, 9n) })],
    ["with the signature of other data", signClaim({ publicInputs: publicInputs.with(6, 9n) })],
  ];

  it.each(attacks)("%s", async (_, signature) => {
    await circuit.run(forgedInputs(aggregateOf(trunk(), [block])));
    await expectUnsigned(aggregateOf(trunk(), [{ ...block, signature }]));
  });

  it.each([
    ["that is no point of the curve", { x: 1n, y: 1n }],
    ["that is neutral, so that everybody has its secret", { x: 0n, y: 0n }],
  ])("of a layer with a key %s, which can be registered all the same", async (_, sequencerKey) => {
    const config = { ...configOf(trunk().record.layerId, BigInt(CHILD)), sequencerKey };
    const layer = { config, blockKeys: BLOCK_KEYS };
    const registration = { kind: "register", child: CHILD, ...layer } as const;
    await circuit.run(forgedInputs(aggregateOf(trunk(), [registration])));
    const ofChild = { ...blockStep({ layer: genesisSnapshot(layer), time: 7 }), child: CHILD };
    const steps = [registration, { ...ofChild, signature: { r: publicKeyOf(2n), s: 2n } }];
    await expectUnsigned(aggregateOf(trunk(), steps), /the sequencer's key is not on the curve/);
  });
});

it("the circuit accepts what the protocol's function signs, whatever the key", async () => {
  const arbitrarySecret = fc.bigInt({ min: 1n, max: (1n << 253n) - 1n });
  await fc.assert(
    fc.asyncProperty(arbitrarySecret, fc.integer({ min: 1, max: 2 ** 48 - 1 }), async (secret, time) => {
      const config = { ...trunk().config, sequencerKey: publicKeyOf(secret) };
      const layer = genesisSnapshot({ config, blockKeys: BLOCK_KEYS });
      const unsigned = blockStep({ layer, time });
      const signed = { ...unsigned, signature: signClaim(unsigned.claim, secret) };
      expect(applySteps(aggregateOf(layer, [signed])).layer.record.time).toBe(time);
      await circuit.run(forgedInputs(aggregateOf(layer, [signed])));
      await expectUnsigned(aggregateOf(layer, [unsigned]));
    }),
    { numRuns: 4 },
  );
});
