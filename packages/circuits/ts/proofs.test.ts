import { addPoints, type Field, fieldToHex, GENERATOR, NEUTRAL, negatePoint, type Point } from "@frond/foundation";
import { MessageKind, messageSum } from "@frond/protocol";
import { createProver, createReferenceString, type PreparedCircuit, type Prover } from "@frond/prover";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aggregateInputs } from "./aggregateInputs.ts";
import { AGGREGATE_ARITIES, type AggregateStep } from "./aggregateStep.ts";
import { applySteps } from "./applySteps.ts";
import { aggregateCircuit, settlementCircuit } from "./circuitSource.ts";
import { type Claim, type InnerProof, innerProofOf } from "./innerProof.ts";
import { blockKeysTree, genesisSnapshot, type LayerSnapshot } from "./layerSnapshot.ts";
import { settleAggregate, settlementInputs, settlementPublicInputs } from "./settlementInputs.ts";
import { programOf } from "./testing/programOf.ts";
import { blockStep, CONTRACT, configOf, EPOCH, GENESIS_STATE, message, named } from "./testing/scenario.ts";

const MINUTES = 60_000;

/** A circuit with a block's public inputs that accepts all of them: an application whose users trust it blindly. */
const anyBlock = programOf("any_block", "fn main(inputs: pub [Field; 7]) { assert(inputs[3] != 0); }");

/** The curve addition that the message sum is made of. */
const addition = programOf(
  "addition",
  `use std::embedded_curve_ops::{embedded_curve_add, EmbeddedCurvePoint};
fn main(a: [Field; 2], b: [Field; 2], sum: pub [Field; 2]) {
    let added = embedded_curve_add(EmbeddedCurvePoint { x: a[0], y: a[1] }, EmbeddedCurvePoint { x: b[0], y: b[1] });
    assert([added.x, added.y] == sum);
}`,
);

/** What `circuits.lock.json` keeps: a change of a circuit shows in its difference. The key hashes are under the development reference string. */
function lockFile(circuits: readonly PreparedCircuit[]): string {
  const kept = circuits.map(({ name, gates, dyadic, digest, key }) => [
    name,
    { gates, dyadic, digest, keyHash: fieldToHex(key.hash) },
  ]);
  return `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`;
}

let prover: Prover;

beforeAll(async () => {
  prover = await createProver({ referenceString: await createReferenceString({ kind: "development" }) });
}, 10 * MINUTES);

afterAll(() => prover?.close());

describe("the message sum's addition is complete", () => {
  const double = addPoints(GENERATOR, GENERATOR);
  const cases: [string, Point, Point][] = [
    ["two points", GENERATOR, double],
    ["a point and itself", GENERATOR, GENERATOR],
    ["a point and its negative", double, negatePoint(double)],
    ["a point and nothing", double, NEUTRAL],
    ["nothing and a point", NEUTRAL, double],
    ["nothing and nothing", NEUTRAL, NEUTRAL],
  ];
  let prepared: PreparedCircuit;
  const pair = ({ x, y }: Point) => [fieldToHex(x), fieldToHex(y)];

  beforeAll(async () => {
    prepared = await prover.prepare(addition, "recursive");
  }, 5 * MINUTES);

  it.each(cases)(
    "%s",
    async (_, a, b) => {
      const sum = addPoints(a, b);
      const { publicInputs } = await prover.prove(prepared, { a: pair(a), b: pair(b), sum: pair(sum) });
      expect(publicInputs).toEqual([sum.x, sum.y]);
    },
    MINUTES,
  );
});

describe("an epoch of real proofs", () => {
  let block: PreparedCircuit;
  /** By their arity: the narrow one, which folds two proofs, and the others. */
  let aggregates: ReadonlyMap<number, PreparedCircuit>;
  let narrow: PreparedCircuit;
  let aggregateKeyHashes: Field[];
  let first: { steps: AggregateStep[]; proofs: InnerProof[]; layer: LayerSnapshot };

  beforeAll(async () => {
    block = await prover.prepare(anyBlock, "recursive");
    const prepared = new Map<number, PreparedCircuit>();
    for (const arity of AGGREGATE_ARITIES)
      prepared.set(arity, await prover.prepare(aggregateCircuit(arity), "recursive"));
    aggregates = prepared;
    aggregateKeyHashes = [...aggregates.values()].map(({ key }) => key.hash);
    narrow = aggregates.get(2)!;
    const { layerId } = genesis().record;
    const one = await provenBlock(blockStep({ layer: genesis(), slot: 1, consumed: [depositTo(layerId)] }));
    const between = describeSteps(genesis(), [one.step]);
    const two = await provenBlock(
      blockStep({ layer: applySteps(between).layer, slot: 2, produced: [withdrawalOf(layerId)] }),
    );
    first = { steps: [one.step, two.step], proofs: [one.proof, two.proof], layer: genesis() };
  }, 20 * MINUTES);

  function genesis(): LayerSnapshot {
    const blockKeys = [named("another size"), block.key.hash];
    const config = { ...configOf(0n, 1n), blockKeysRoot: blockKeysTree(blockKeys).root };
    return genesisSnapshot({ config, blockKeys, stateRoot: GENESIS_STATE });
  }

  const depositTo = (to: Field) => message({ to, kind: MessageKind.deposit, asset: 1, amount: 100n });
  const withdrawalOf = (from: Field) => message({ from, slot: 2, kind: MessageKind.withdrawal, asset: 1, amount: 60n });
  const describeSteps = (layer: LayerSnapshot, steps: readonly AggregateStep[]) => {
    return { aggregateKeyHashes, layer, epoch: EPOCH, steps };
  };

  const inputsOf = (layer: LayerSnapshot, steps: readonly AggregateStep[], proofs: readonly InnerProof[], arity = 2) =>
    aggregateInputs({ ...describeSteps(layer, steps), proofs, arity });

  /** The step with the circuit's own key, and its proof. */
  async function provenBlock(step: Extract<AggregateStep, { kind: "block" }>) {
    const claim: Claim = { ...step.claim, keyHash: block.key.hash };
    const result = await prover.prove(block, { inputs: claim.publicInputs.map(fieldToHex) });
    return { step: { ...step, claim }, proof: innerProofOf(block.key, result) };
  }

  it(
    "blocks, an aggregate of them, an aggregate of every width of that, and its settlement",
    async () => {
      const firstInputs = inputsOf(first.layer, first.steps, first.proofs);
      const proven = await prover.prove(narrow, firstInputs);
      const after = applySteps(describeSteps(first.layer, first.steps)).layer;
      let folded = innerProofOf(narrow.key, proven);
      let current = after;

      for (const [arity, circuit] of aggregates) {
        const next = await provenBlock(blockStep({ layer: current, slot: current.record.slot + 1 }));
        const steps: AggregateStep[] = [{ kind: "aggregate", claim: folded, after: current }, next.step];
        const inputs = inputsOf(first.layer, steps, [folded, next.proof], arity);
        current = applySteps(describeSteps(first.layer, steps)).layer;
        folded = innerProofOf(circuit.key, await prover.prove(circuit, inputs));
      }
      const { layerId } = first.layer.record;
      const messages = [depositTo(layerId), withdrawalOf(layerId)];
      const sum = messageSum({ produced: [messages[1]!], consumed: [messages[0]!], epoch: EPOCH });
      expect(folded.publicInputs.slice(5)).toEqual([sum.x, sum.y]);

      const settlement = await prover.prepare(settlementCircuit(aggregateKeyHashes), "evm");
      const settled = await prover.prove(settlement, settlementInputs({ proof: folded, messages, contract: CONTRACT }));
      const { statement } = settleAggregate({ aggregate: folded.publicInputs, messages, contract: CONTRACT });
      expect(settled.publicInputs).toEqual(settlementPublicInputs(statement));
      await expect(lockFile([...aggregates.values(), settlement])).toMatchFileSnapshot("../circuits.lock.json");
    },
    20 * MINUTES,
  );

  it(
    "a block's proof that was altered gives no aggregate that verifies",
    async () => {
      const [proof, other] = first.proofs as [InnerProof, InnerProof];
      const altered = { ...proof, proof: proof.proof.with(300, proof.proof[300]! ^ 1n) };
      const inputs = inputsOf(first.layer, first.steps, [altered, other]);
      // Some alterations stop bb before it proves, while it fills in the verifier's own values.
      const refused = { code: expect.stringMatching(/^(BARRETENBERG|PROOF_DOES_NOT_VERIFY)$/) };
      await expect(prover.prove(narrow, inputs)).rejects.toMatchObject(refused);
    },
    10 * MINUTES,
  );
});
