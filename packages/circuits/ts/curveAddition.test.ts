import { addPoints, fieldToHex, GENERATOR, NEUTRAL, negatePoint, type Point } from "@frond/foundation";
import { createProver, createReferenceString, type PreparedCircuit, type Prover } from "@frond/prover";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programOf } from "./testing/programOf.ts";

const MINUTES = 60_000;

/** The curve addition that the message sum is made of. */
const addition = programOf(
  "addition",
  `use std::embedded_curve_ops::{embedded_curve_add, EmbeddedCurvePoint};
fn main(a: [Field; 2], b: [Field; 2], sum: pub [Field; 2]) {
    let added = embedded_curve_add(EmbeddedCurvePoint { x: a[0], y: a[1] }, EmbeddedCurvePoint { x: b[0], y: b[1] });
    assert([added.x, added.y] == sum);
}`,
);

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
  let prover: Prover;
  let prepared: PreparedCircuit;
  const pair = ({ x, y }: Point) => [fieldToHex(x), fieldToHex(y)];

  beforeAll(async () => {
    prover = await createProver({ referenceString: await createReferenceString({ kind: "development" }) });
    prepared = await prover.prepare(addition, "recursive");
  }, 10 * MINUTES);
  afterAll(() => prover?.close());

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
