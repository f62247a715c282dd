import { FIELD_MODULUS, type Field } from "@frond/foundation";
import { createProver, createReferenceString, type PreparedCircuit, type Prover } from "@frond/prover";
import { afterAll, beforeAll, expect, it } from "vitest";
import { programOf } from "./testing/programOf.ts";
import { VerificationKeyError, verificationKeyHash } from "./verificationKeyHash.ts";

let prover: Prover;
let block: PreparedCircuit;
let settled: PreparedCircuit;

beforeAll(async () => {
  prover = await createProver({ referenceString: await createReferenceString({ kind: "development" }) });
  block = await prover.prepare(
    programOf("any_block", "fn main(inputs: pub [Field; 7]) { assert(inputs[3] != 0); }"),
    "recursive",
  );
  settled = await prover.prepare(
    programOf("six_inputs", "fn main(inputs: pub [Field; 6]) { assert(inputs[3] != 0); }"),
    "recursive",
  );
});

afterAll(() => prover?.close());

it("is the hash that bb gives", () => {
  expect(verificationKeyHash(block.key.fields)).toBe(block.key.hash);
});

/** The coordinate at these limbs, with the same value modulo the field of the curve: another text of the same point. */
function rewrite(fields: readonly Field[], at: number): Field[] {
  const low = 1n << 136n;
  const value = fields[at]! + fields[at + 1]! * low;
  const other = value + 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
  return fields.with(at, other % low).with(at + 1, other / low);
}

it.each<[name: string, change: (fields: readonly Field[]) => readonly Field[], problem: RegExp]>([
  ["a field too few", (fields) => fields.slice(1), /it has 114 fields/],
  ["a field too many", (fields) => [...fields, 0n], /it has 116 fields/],
  ["a field written otherwise", (fields) => fields.with(3, fields[3]! + FIELD_MODULUS), /not below the modulus/],
  ["a negative field", (fields) => fields.with(3, -1n), /not below the modulus/],
  ["no rows", (fields) => fields.with(0, 0n), /for 2\^0 rows/],
  ["more rows than a proof can have", (fields) => fields.with(0, 29n), /for 2\^29 rows/],
  ["a key of another circuit", () => settled.key.fields, /its circuit has 6 public inputs/],
  ["a point that is not on the curve", (fields) => fields.with(3, fields[3]! ^ 1n), /fields 3 to 6 are not a point/],
  ["a coordinate written otherwise", (fields) => rewrite(fields, 5), /fields 3 to 6 are not a point/],
  [
    "limbs that overlap",
    (fields) => fields.with(3, fields[3]! + (1n << 136n)).with(4, fields[4]! - 1n),
    /fields 3 to 6 are not a point/,
  ],
])("refuses %s", (_, change, problem) => {
  const hash = () => verificationKeyHash(change(block.key.fields));
  expect(hash).toThrow(VerificationKeyError);
  expect(hash).toThrow(problem);
});
