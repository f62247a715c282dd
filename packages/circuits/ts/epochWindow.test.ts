import { fieldToHex } from "@frond/foundation";
import { type EpochWindow, LAST_TIME, packEpochWindow } from "@frond/protocol";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { AGGREGATE_ARITIES, type AggregateDescription, type AggregateStep } from "./aggregateStep.ts";
import { applySteps } from "./applySteps.ts";
import { aggregateCircuit } from "./circuitSource.ts";
import { encodeAggregate } from "./encodeAggregate.ts";
import { epochWindowInput } from "./epochWindowInput.ts";
import type { LayerSnapshot } from "./layerSnapshot.ts";
import { compileForTest, type TestCircuit } from "./testing/compileForTest.ts";
import { forgeSteps } from "./testing/forgeSteps.ts";
import { AGGREGATE_KEY_HASHES, aggregateStep, blockStep, EPOCH, trunk, unprovenProofs } from "./testing/scenario.ts";
import { tamper } from "./testing/tamper.ts";

const ARITY = AGGREGATE_ARITIES[1]!;
const OUT_OF_RANGE = /call to assert_max_bit_size/;
const WINDOW: EpochWindow = { epoch: EPOCH, after: 1_000, until: 2_000 };

let circuit: TestCircuit;

beforeAll(async () => {
  circuit = await compileForTest(aggregateCircuit(ARITY));
});

function aggregateOf(layer: LayerSnapshot, steps: readonly AggregateStep[], window = WINDOW): AggregateDescription {
  return { aggregateKeyHashes: AGGREGATE_KEY_HASHES, layer, window, steps };
}

/** The inputs as an aggregator makes them who cares for no rule. */
function forgedInputs(description: AggregateDescription) {
  const proofs = unprovenProofs(description.steps, ARITY);
  return encodeAggregate({ ...description, ...forgeSteps(description), arity: ARITY, proofs });
}

/** The trunk at a time, after blocks of earlier epochs. */
function trunkAt(time: number): LayerSnapshot {
  const layer = trunk();
  return { ...layer, record: { ...layer.record, time } };
}

const blockAt = (layer: LayerSnapshot, time: number) => blockStep({ layer, time });

describe("blocks within the window of their epoch", () => {
  it.each([
    ["the first time of the window", 0, WINDOW.after + 1],
    ["the last time of the window", 0, WINDOW.until],
    ["of a layer that was at the end of the window before", WINDOW.after, WINDOW.after + 1],
  ])("%s", async (_, before, time) => {
    const layer = trunkAt(before);
    const description = aggregateOf(layer, [blockAt(layer, time)]);
    expect(applySteps(description).layer.record.time).toBe(time);
    await circuit.run(forgedInputs(description));
  });

  it("two blocks in order, and an epoch of no blocks", async () => {
    const first = blockAt(trunk(), 1_500);
    const { layer } = applySteps(aggregateOf(trunk(), [first]));
    await circuit.run(forgedInputs(aggregateOf(trunk(), [first, blockAt(layer, 1_501)])));
    await circuit.run(forgedInputs(aggregateOf(trunk(), [aggregateStep(aggregateOf(trunk(), []))])));
  });

  it("a layer at the last time of a window moves on in the next", async () => {
    const last = applySteps(aggregateOf(trunk(), [blockAt(trunk(), WINDOW.until)])).layer;
    const next = { epoch: EPOCH, after: WINDOW.until, until: WINDOW.until + 1 };
    await circuit.run(forgedInputs(aggregateOf(last, [blockAt(last, WINDOW.until + 1)], next)));
  });
});

describe("a block outside of the window is refused, by function and circuit alike", () => {
  it.each([
    ["at the end of the epoch before", WINDOW.after],
    ["in the epoch before", 1],
    ["after the end of the epoch", WINDOW.until + 1],
    ["at the last time that there is", LAST_TIME],
  ])("%s", async (_, time) => {
    const description = aggregateOf(trunk(), [blockAt(trunk(), time)]);
    expect(() => applySteps(description)).toThrow(expect.objectContaining({ data: { rule: "window" } }));
    await expect(circuit.run(forgedInputs(description))).rejects.toThrow(OUT_OF_RANGE);
  });
});

it.each([1_500, 1_499])("a block is refused at time %i, after one at time 1500 of the same epoch", async (time) => {
  const first = blockAt(trunk(), 1_500);
  const { layer } = applySteps(aggregateOf(trunk(), [first]));
  const description = aggregateOf(trunk(), [first, blockAt(layer, time)]);
  expect(() => applySteps(description)).toThrow(expect.objectContaining({ data: { rule: "time" } }));
  await expect(circuit.run(forgedInputs(description))).rejects.toThrow(OUT_OF_RANGE);
});

describe("over hostile histories of a layer", () => {
  const arbitraryTime = fc.oneof(
    fc.integer({ min: 0, max: 60 }),
    fc.integer({ min: 0, max: 2 ** 49 }),
    fc.integer({ min: LAST_TIME - 40, max: LAST_TIME + 40 }),
  );
  /** How much longer each epoch is than it must be, and the times that its sequencer tries in it. */
  const arbitraryHistory = fc.array(
    fc.record({ length: fc.integer({ min: 0, max: 30 }), times: fc.array(arbitraryTime, { maxLength: 6 }) }),
    { minLength: 1, maxLength: 6 },
  );

  it("what the function accepts is in its window, and the layer moves on in the next one", async () => {
    let last: AggregateDescription | undefined;
    fc.assert(
      fc.property(arbitraryHistory, (history) => {
        let layer = trunk();
        let after = 0;
        for (const [i, { length, times }] of history.entries()) {
          const window = { epoch: EPOCH + i, after, until: after + 1 + length };
          for (const time of [...times, layer.record.time, window.until + 1]) {
            const step = blockStep({ layer, time, epoch: window.epoch });
            const isDue = time > layer.record.time && time > after && time <= window.until;
            const apply = () => applySteps(aggregateOf(layer, [step], window));
            if (isDue) layer = apply().layer;
            else expect(apply).toThrow();
          }
          expect(layer.record.time).toBeLessThanOrEqual(window.until);
          after = window.until;
          const next = { epoch: window.epoch + 1, after, until: after + 1 };
          last = aggregateOf(layer, [blockStep({ layer, time: after + 1, epoch: next.epoch })], next);
          expect(applySteps(last).layer.record.time).toBe(after + 1);
        }
      }),
      { numRuns: 40 },
    );
    await circuit.run(forgedInputs(last!));
  });
});

describe("a window that is not the statement's is unsatisfiable", () => {
  const description = aggregateOf(trunk(), [blockAt(trunk(), 1_500)]);
  const inputs = forgedInputs(description);
  const parts = (change: Partial<EpochWindow>) => ["epoch_window", epochWindowInput({ ...WINDOW, ...change })] as const;
  const notTheStatements = /window: the parts are not those of the statement/;

  const attacks: [name: string, constraint: RegExp, ...changes: (readonly [string, unknown])[]][] = [
    ["another beginning", notTheStatements, parts({ after: WINDOW.after - 1 })],
    ["another end", notTheStatements, parts({ until: WINDOW.until + 1 })],
    ["another statement", notTheStatements, ["window", fieldToHex(packEpochWindow({ ...WINDOW, until: 3_000 }))]],
  ];
  it.each(attacks)("%s", async (_, constraint, ...changes) => {
    await circuit.run(inputs);
    await expect(circuit.run(tamper(inputs, ...changes))).rejects.toThrow(constraint);
  });

  it("parts that overflow into one another and pack to the same word", async () => {
    const overflowing: EpochWindow[] = [
      { ...WINDOW, epoch: EPOCH + 2 ** 32, after: WINDOW.after - 1 },
      { ...WINDOW, after: WINDOW.after + 2 ** 48, until: WINDOW.until - 1 },
    ];
    const idle = forgedInputs(aggregateOf(trunk(), [aggregateStep(aggregateOf(trunk(), []))]));
    await circuit.run(idle);
    for (const window of overflowing) {
      const attempt = tamper(idle, ["epoch_window", epochWindowInput(window)]);
      await expect(circuit.run(attempt)).rejects.toThrow(OUT_OF_RANGE);
    }
  });

  it("an end beyond the last time that there is", async () => {
    const { after } = WINDOW;
    const until = LAST_TIME + 1;
    const word = BigInt(EPOCH) + (BigInt(after) << 32n) + (BigInt(until) << 80n);
    const attempt = tamper(inputs, ["window", fieldToHex(word)], parts({ until }));
    await expect(circuit.run(attempt)).rejects.toThrow(OUT_OF_RANGE);
  });

  it("an aggregate of a window with another end", async () => {
    const other = aggregateOf(trunk(), [blockAt(trunk(), 2_001)], { ...WINDOW, until: 2_001 });
    const folding = aggregateOf(trunk(), [aggregateStep(other)]);
    expect(() => applySteps(folding)).toThrow(expect.objectContaining({ data: { rule: "epoch" } }));
    await expect(circuit.run(forgedInputs(folding))).rejects.toThrow(/aggregate input: of another window/);
  });
});
