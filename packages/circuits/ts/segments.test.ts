import { addPoints, FIELD_MODULUS, type Field, fieldToHex, negatePoint } from "@frond/foundation";
import {
  freezeMessage,
  type LayerRecord,
  layerIdOf,
  type Message,
  MessageKind,
  messageSum,
  readSegments,
  type Segment,
  segmentDigest,
  segmentPoint,
  segmentWords,
  WORDS_PER_CHUNK,
} from "@frond/protocol";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { AGGREGATE_ARITIES, type AggregateDescription, type AggregateStep } from "./aggregateStep.ts";
import { applySteps } from "./applySteps.ts";
import { aggregateCircuit } from "./circuitSource.ts";
import { encodeAggregate } from "./encodeAggregate.ts";
import type { LayerSnapshot } from "./layerSnapshot.ts";
import { type RecordStep, segmentOfStep, segmentPointOf } from "./segmentOfStep.ts";
import { compileForTest, type TestCircuit } from "./testing/compileForTest.ts";
import { forgeSteps } from "./testing/forgeSteps.ts";
import { expectAccepted, forgedInputs, OUT_OF_RANGE } from "./testing/refusals.ts";
import {
  AGGREGATE_KEY_HASHES,
  aggregateStep,
  BLOCK_KEYS,
  blockStep,
  configOf,
  EPOCH,
  message,
  named,
  sumOfMessages,
  trunk,
  unprovenProofs,
  WINDOW,
} from "./testing/scenario.ts";
import { tamper } from "./testing/tamper.ts";

/*
 * What L1 is told of a step is what the step did. The attacker here is an aggregator, who may put into the sum whatever
 * has a point.
 */

const ARITY = AGGREGATE_ARITIES[0]!;
const CHILD = 5;
const TIME = 7;

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await compileForTest(aggregateCircuit(ARITY));
}, 300_000);

function aggregateOf(layer: LayerSnapshot, steps: readonly AggregateStep[]): AggregateDescription {
  return { aggregateKeyHashes: AGGREGATE_KEY_HASHES, layer, window: WINDOW, steps };
}

const registration = {
  kind: "register",
  child: CHILD,
  config: configOf(trunk().record.layerId, BigInt(CHILD)),
  blockKeys: BLOCK_KEYS,
} as const;

/** A block of the trunk that gains and pays. */
function trunkBlock(publicWords: readonly Field[] = [1n, 2n, 3n, 4n]) {
  const layer = trunk();
  const { layerId } = layer.record;
  const deposit = message({ to: layerId, kind: MessageKind.deposit, asset: 1, amount: 30n });
  const token = message({ to: layerId, kind: MessageKind.deposit, asset: 2, amount: 5n });
  const note = message({ from: named("elsewhere"), to: layerId, time: 3 });
  const paid = message({ from: layerId, time: TIME, kind: MessageKind.withdrawal, asset: 1, amount: 12n });
  const call = message({ from: layerId, to: named("elsewhere"), time: TIME });
  return blockStep({ layer, time: TIME, publicWords, consumed: [deposit, note, token], produced: [call, paid] });
}

describe("what L1 is told", () => {
  it("of a block: its words, its vault moves, its state", () => {
    const { segments, layer } = applySteps(aggregateOf(trunk(), [trunkBlock()]));
    expect(readSegments(segments.flat())).toEqual([
      {
        kind: "block",
        layerId: layer.record.layerId,
        stateRoot: layer.record.stateRoot,
        time: TIME,
        blockWords: [1n, 2n, 3n, 4n, 0n, 0n],
        moves: [
          { gains: true, asset: 1, amount: 30n },
          { gains: true, asset: 2, amount: 5n },
          { gains: false, asset: 1, amount: 12n },
        ],
      },
    ]);
  });

  it("of a registration: the config, by which everybody knows the layer", async () => {
    const { segments } = await expectAccepted(circuit, aggregateOf(trunk(), [registration]), ARITY);
    const { config } = registration;
    const layerId = layerIdOf(config.parentId, config.index);
    const told = { kind: "register", layerId, stateRoot: config.genesisStateRoot, time: 0, config };
    expect(readSegments(segments.flat())).toEqual([{ ...told, blockWords: [], moves: [] }]);
  });

  it("of a freeze: that it happened, and where the layer stands", async () => {
    const { layerId, stateRoot } = trunk().record;
    const steps: AggregateStep[] = [{ kind: "freeze", message: freezeMessage(layerId) }];
    const { segments } = await expectAccepted(circuit, aggregateOf(trunk(), steps), ARITY);
    expect(readSegments(segments.flat())).toEqual([
      { kind: "freeze", layerId, stateRoot, time: 0, blockWords: [], moves: [] },
    ]);
  });

  it("of an aggregate: what its steps told, in their order, and nothing of its own", async () => {
    const below = aggregateOf(trunk(), [registration, trunkBlock()]);
    const description = aggregateOf(trunk(), [aggregateStep(below)]);
    const applied = await expectAccepted(circuit, description, ARITY);
    expect(applied.segments).toEqual(applySteps(below).segments);
    expect(applied.statement.sum).toEqual(applySteps(below).statement.sum);
    expect(readSegments(applied.segments.flat()).map(({ kind }) => kind)).toEqual(["register", "block"]);
  });

  it("of blocks with any words and messages, and the circuit adds the same", async () => {
    const arbitraryMessages = (parts: Partial<Message>) =>
      fc.array(
        fc
          .record({ asset: fc.integer({ min: 0, max: 9 }), amount: fc.bigInt({ min: 0n, max: 9n }) })
          .map((given) => message({ ...parts, ...given })),
        { maxLength: 32 },
      );
    const { layerId } = trunk().record;
    const rich = new Map(Array.from({ length: 10 }, (_, asset) => [asset, 1_000n] as const).slice(1));
    const layer = withVault(trunk(), rich);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.bigInt({ min: 0n, max: (1n << 253n) - 1n }), { maxLength: 20 }),
        arbitraryMessages({ to: layerId, kind: MessageKind.deposit }),
        arbitraryMessages({ from: layerId, to: named("elsewhere"), time: TIME }),
        async (words, consumed, produced) => {
          const publicWords = words.length === 0 ? [1n] : words;
          const step = blockStep({ layer, time: TIME, publicWords, consumed, produced });
          const applied = await expectAccepted(circuit, aggregateOf(layer, [step]), ARITY);
          expect(readSegments(applied.segments.flat())).toEqual([segmentOfStep(step, applied.layer.record)]);
          expect(sumOfMessages(applied)).toEqual(messageSum({ consumed, produced, epoch: EPOCH }));
        },
      ),
      { numRuns: 12 },
    );
  });

  it("of a block with full lists, all of which move the vault", async () => {
    const { layerId } = trunk().record;
    const full = Array.from({ length: 32 }, (_, i) => i);
    const consumed = full.map((i) => message({ to: layerId, kind: MessageKind.deposit, asset: 1 + i, amount: 9n }));
    const produced = full.map((i) => message({ from: layerId, time: TIME, asset: 1 + i, amount: BigInt(i % 9) }));
    const step = blockStep({ layer: trunk(), time: TIME, consumed, produced });
    const { segments } = await expectAccepted(circuit, aggregateOf(trunk(), [step]), ARITY);
    expect(readSegments(segments.flat())[0]!.moves.length).toBe(64);
  });
});

function withVault(layer: LayerSnapshot, balances: ReadonlyMap<number, bigint>): LayerSnapshot {
  const { layerId } = layer.record;
  const consumed = [...balances].map(([asset, amount]) =>
    message({ to: layerId, kind: MessageKind.deposit, asset, amount }),
  );
  return applySteps(aggregateOf(layer, [blockStep({ layer, time: 1, consumed })])).layer;
}

describe("an aggregator can't tell L1 anything else", () => {
  type Change = (segment: Segment) => Segment;
  /** The honest inputs, but for a sum in which the step tells something else. */
  function lie(step: RecordStep, change: Change) {
    const description = aggregateOf(trunk(), [step]);
    const proofs = unprovenProofs(description.steps, ARITY);
    const tell = (of: RecordStep, record: LayerRecord) => segmentWords(change(segmentOfStep(of, record)));
    const { statement } = forgeSteps(description, { tell });
    return encodeAggregate({ ...description, ...forgeSteps(description), statement, arity: ARITY, proofs });
  }
  const freeze: RecordStep = { kind: "freeze", message: freezeMessage(trunk().record.layerId) };
  const moves =
    (change: (moves: Segment["moves"]) => Segment["moves"]): Change =>
    (segment) => ({
      ...segment,
      moves: change(segment.moves),
    });

  it("the witness is valid before it is attacked", async () => {
    for (const step of [trunkBlock(), freeze, registration]) await circuit.run(lie(step, (segment) => segment));
  });

  it.each<[name: string, step: RecordStep, change: Change]>([
    ["another layer", trunkBlock(), (segment) => ({ ...segment, layerId: named("victim") })],
    ["another state", trunkBlock(), (segment) => ({ ...segment, stateRoot: named("other") })],
    ["another time", trunkBlock(), (segment) => ({ ...segment, time: TIME + 1 })],
    ["another kind of step", freeze, (segment) => ({ ...segment, kind: "block" })],
    ["no words of the block", trunkBlock(), (segment) => ({ ...segment, blockWords: [] })],
    ["too few words of the block", trunkBlock(), (segment) => ({ ...segment, blockWords: [1n, 2n, 3n] })],
    ["other words of the block", trunkBlock(), (segment) => ({ ...segment, blockWords: [1n, 2n, 3n, 5n, 0n, 0n] })],
    ["words of a block that froze", freeze, (segment) => ({ ...segment, blockWords: [1n, 2n, 3n] })],
    ["no vault moves", trunkBlock(), moves(() => [])],
    ["one vault move less", trunkBlock(), moves((all) => all.slice(1))],
    ["one vault move more", trunkBlock(), moves((all) => [...all, all[0]!])],
    ["vault moves in another order", trunkBlock(), moves((all) => [...all].reverse())],
    ["a gain as a payment", trunkBlock(), moves(([first, ...rest]) => [{ ...first!, gains: false }, ...rest])],
    ["another amount", trunkBlock(), moves(([first, ...rest]) => [{ ...first!, amount: 31n }, ...rest])],
    ["another asset", trunkBlock(), moves(([first, ...rest]) => [{ ...first!, asset: 3 }, ...rest])],
    ["a vault move of a freeze", freeze, moves(() => [{ gains: true, asset: 1, amount: 1n }])],
    ["another config", registration, ({ config, ...rest }) => ({ ...rest, config: { ...config!, owner: 0xbadn } })],
    ["no config", registration, ({ config: _, ...rest }) => rest],
    ["a config of a block", trunkBlock(), (segment) => ({ ...segment, config: trunk().config })],
  ])("not %s", async (_, step, change) => {
    await expect(circuit.run(lie(step, change))).rejects.toThrow(/aggregate: sum [xy]/);
  });

  it("not nothing at all", async () => {
    for (const step of [trunkBlock(), freeze, registration]) {
      const description = aggregateOf(trunk(), [step]);
      const { statement, segments } = forgeSteps(description);
      const { point } = segmentPointOf(segments[0]!, EPOCH);
      const sum = addPoints(statement.sum, negatePoint(point));
      const inputs = tamper(
        forgedInputs(description, ARITY),
        ["sum_x", fieldToHex(sum.x)],
        ["sum_y", fieldToHex(sum.y)],
      );
      await expect(circuit.run(inputs)).rejects.toThrow(/aggregate: sum [xy]/);
    }
  });

  it("not by a point that is none, or one of another sign", async () => {
    const description = aggregateOf(trunk(), [trunkBlock()]);
    const inputs = forgedInputs(description, ARITY);
    const { y } = segmentPointOf(forgeSteps(description).segments[0]!, EPOCH).point;
    const attacks = [
      ["steps.0.segment.point.y", fieldToHex(FIELD_MODULUS - y), OUT_OF_RANGE],
      ["steps.0.segment.point.y", 1, /message point: not on the curve/],
      ["steps.0.segment.point.counter", 60_000, /message point: not on the curve/],
      ["steps.0.segment.point.counter", 65_536, OUT_OF_RANGE],
      ["steps.0.segment.chunks", 65_536, OUT_OF_RANGE],
      ["steps.0.segment.chunks", 1, /message point: not on the curve/],
      ["steps.0.notice.counter", 65_536, OUT_OF_RANGE],
    ] as const;
    for (const [path, value, constraint] of attacks) {
      await expect(circuit.run(tamper(inputs, [path, value]))).rejects.toThrow(constraint);
    }
  });

  it("a number of chunks that is not the words' gives a point that nobody can take away", async () => {
    const description = aggregateOf(trunk(), [trunkBlock()]);
    const { statement, segments } = forgeSteps(description);
    const honest = segments[0]!;
    // The trailer says one chunk more. The circuit adds the point of such a segment of one chunk more.
    const claimed = honest.with(-1, honest.at(-1)! + (1n << 64n));
    const padded = [0n, 0n, 0n, ...claimed];
    const chunks = honest.length / WORDS_PER_CHUNK + 1;
    const told = segmentPoint({ digest: segmentDigest(claimed), chunks, epoch: EPOCH });
    const messages = addPoints(statement.sum, negatePoint(segmentPointOf(honest, EPOCH).point));
    const sum = addPoints(messages, told.point);
    const inputs = tamper(
      forgedInputs(description, ARITY),
      ["sum_x", fieldToHex(sum.x)],
      ["sum_y", fieldToHex(sum.y)],
      ["steps.0.segment.chunks", chunks],
      ["steps.0.segment.point", { counter: told.counter, y: fieldToHex(told.point.y) }],
    );
    await circuit.run(inputs);
    for (const words of [honest, claimed, padded, [...claimed, 0n, 0n, 0n]]) {
      expect(segmentPointOf(words, EPOCH).point).not.toEqual(told.point);
    }
    expect(() => readSegments(claimed)).toThrow(/more chunks than there are/);
  });
});
