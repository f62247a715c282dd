import { type Message, MessageKind } from "@frond/protocol";
import { beforeAll, describe, expect, it } from "vitest";
import { AGGREGATE_ARITIES } from "./aggregateStep.ts";
import { AggregateStepError, applySteps } from "./applySteps.ts";
import { aggregateCircuit } from "./circuitSource.ts";
import { encodeAggregate } from "./encodeAggregate.ts";
import { compileForTest, type TestCircuit } from "./testing/compileForTest.ts";
import { forgeSteps } from "./testing/forgeSteps.ts";
import { AGGREGATE_KEY_HASHES, blockStep, message, named, trunk, unprovenProofs, WINDOW } from "./testing/scenario.ts";

/*
 * Each forgery is a whole aggregate: hashes, roots, balances and sums are those of the claimed messages, so that it is
 * accepted once the constraint named is left out.
 */

const OUT_OF_RANGE = /call to assert_max_bit_size/;
const ARITY = AGGREGATE_ARITIES[0]!;

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await compileForTest(aggregateCircuit(ARITY));
}, 300_000);

const layer = trunk();
const { layerId } = layer.record;
const TIME = 5;
const deposit = message({ to: layerId, kind: MessageKind.deposit, asset: 1, amount: 9n });
const withdrawal = message({ from: layerId, time: TIME, kind: MessageKind.withdrawal, asset: 1, amount: 4n });

/** A block with a deposit and a withdrawal, as an aggregator who cares for no rule describes it. */
function epochOf(changes: { readonly deposit?: Partial<Message>; readonly withdrawal?: Partial<Message> }) {
  const consumed = [{ ...deposit, ...changes.deposit }];
  const produced = [{ ...withdrawal, ...changes.withdrawal }];
  const steps = [blockStep({ layer, time: TIME, consumed, produced })];
  return { aggregateKeyHashes: AGGREGATE_KEY_HASHES, layer, window: WINDOW, steps };
}

function forge(epoch: ReturnType<typeof epochOf>): Promise<unknown> {
  const { statement, applied } = forgeSteps(epoch);
  const proofs = unprovenProofs(epoch.steps, ARITY);
  return circuit.run(encodeAggregate({ ...epoch, arity: ARITY, statement, applied, proofs }));
}

describe("a message that a block produces for L1", () => {
  it("goes to any address of Ethereum", async () => {
    for (const recipient of [0n, (1n << 160n) - 1n]) await forge(epochOf({ withdrawal: { recipient } }));
  });

  it.each<[string, Partial<Message>]>([
    ["a withdrawal to a recipient of 161 bits", { recipient: 1n << 160n }],
    ["a call on an account of a layer", { kind: MessageKind.call, recipient: named("account") }],
    ["a bounce to an account of a layer", { kind: MessageKind.bounce, recipient: named("account") }],
  ])("is not %s", async (_name, change) => {
    const epoch = epochOf({ withdrawal: change });
    expect(() => applySteps(epoch)).toThrow(AggregateStepError);
    await expect(forge(epoch)).rejects.toThrow(OUT_OF_RANGE);
  });

  it("goes to any account, if it is for a layer", async () => {
    await forge(epochOf({ withdrawal: { kind: MessageKind.call, to: named("layer"), recipient: named("account") } }));
  });
});

describe("a message that a block consumes", () => {
  it("is of any time below the block's", async () => {
    for (const time of [0, TIME - 1]) await forge(epochOf({ deposit: { time } }));
  });

  it.each([TIME, TIME + 1, 2 ** 48 - 1])("is not of time %d", async (time) => {
    const epoch = epochOf({ deposit: { time } });
    expect(() => applySteps(epoch)).toThrow(AggregateStepError);
    await expect(forge(epoch)).rejects.toThrow(OUT_OF_RANGE);
  });
});
