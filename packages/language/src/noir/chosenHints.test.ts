import { librarySources } from "@frond/circuits";
import { compress, FIELD_MODULUS, fieldToHex } from "@frond/foundation";
import { beforeAll, expect, test } from "vitest";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";

/*
 * A division, a comparison, the parts of a packed call and a Merkle node take hints of their own. Here a dishonest
 * prover chooses them, so that each claim would be accepted if one constraint were missing.
 */

const MANIFEST = `[package]\nname = "test"\ntype = "bin"\nauthors = []\n[dependencies]\nfrond = { path = "../lib" }\n`;
const DIVISION = `use frond::integer::Quotient;
fn main(a: Field, b: Field, c: Field, quotient: Quotient) {
    quotient.check(a, b, c);
}
`;
const COMPARISON = `use frond::integer::below;
fn main(number: Field, bound: Field) -> pub Field {
    below(number, bound)
}
`;

const UNPACKING = `use frond::packed::unpack;
fn main(value: Field) -> pub Field {
    unpack(value).selector
}
`;

const PATH = `use frond::merkle::root_from_path;
fn main(leaf: Field, index: Field, siblings: [[Field; 3]; 1], root: Field) {
    assert(root_from_path(leaf, index, siblings) == root, "another root");
}
`;

/**
 * For a quotient of zero that fits, all of a * b is left over; if it does not fit, what is above 128 bits is denied. For
 * any other, what is left over is what is claimed.
 */
const EXCESS = `excess_hint(a: [Field; 2], b: [Field; 2], _c: Field, claim: Quotient) -> (Field, Field) {
    let sum = a[0] * b[0] + (a[0] * b[1] + a[1] * b[0]) * LIMB;
    let low = (sum as u128) as Field;
    let high = if claim.fits == 1 { a[1] * b[1] + (sum - low) / TWO_128 } else { 0 };
    if claim.quotient == 0 { (low, high) } else { (claim.remainder, 0) }
}`;

/** The opposite of the truth or, for 5, the fraction with which what is ranged is zero. */
const BELOW = `below_hint(low: Field, bound: Field) -> Field {
    if low == 5 { (bound - low) / (2 * (bound - low) - 1) } else { 1 - (low.lt(bound) as Field) }
}`;

/** Numbers above 2^127 in one limb, and 7 for 6. */
const LIMBS = `limbs_hint(value: Field) -> (Field, Field) {
    let most: Field = 0x80000000000000000000000000000000;
    let low = (value as u64) as Field;
    if most.lt(value) { (value, 0) } else if value == 6 { (7, 0) } else { (low, (value - low) / LIMB) }
}`;

/** The value is all selector; or its selector is 5 whatever the rest is then; or the rest is 7 besides. */
const SPLIT = `split_hint(value: Field) -> (Field, Field) {
    if value == 1000000001 { (value, 0) } else if value == 1000000002 { (5, (value - 5) / 0x1000000) } else { (5, 7) }
}`;

/** The same children whatever the leaf is. */
const CHILDREN = `children_hint(_node: Field, _low: bool, _high: bool, _siblings: [Field; 3]) -> [Field; 4] {
    [1, 2, 3, 4]
}`;

let division: TestCircuit;
let comparison: TestCircuit;
let unpacking: TestCircuit;
let path: TestCircuit;
beforeAll(async () => {
  const files: Record<string, string> = { ...librarySources(), "bin/Nargo.toml": MANIFEST };
  const replace = (name: string, ...hints: string[]) => {
    files[`lib/src/${name}.nr`] = hints.reduce(withHint, files[`lib/src/${name}.nr`]!);
  };
  replace("integer_hints", EXCESS, BELOW, LIMBS);
  replace("packed_hints", SPLIT);
  replace("hints", CHILDREN);
  division = await createTestCircuit({ files: { ...files, "bin/src/main.nr": DIVISION } });
  comparison = await createTestCircuit({ files: { ...files, "bin/src/main.nr": COMPARISON } });
  unpacking = await createTestCircuit({ files: { ...files, "bin/src/main.nr": UNPACKING } });
  path = await createTestCircuit({ files: { ...files, "bin/src/main.nr": PATH } });
}, 300_000);

/** The source with another function in place of that of the same name. */
function withHint(source: string, hint: string): string {
  const head = `unconstrained fn ${hint.slice(0, hint.indexOf("("))}(`;
  const start = source.indexOf(head);
  const end = source.indexOf("\n}", start) + 2;
  expect(start).toBeGreaterThan(0);
  return `${source.slice(0, start)}unconstrained fn ${hint}${source.slice(end)}`;
}

function failureOf([a, b, c]: readonly [bigint, bigint, bigint], claim: Record<string, bigint>) {
  const quotient = Object.fromEntries(Object.entries(claim).map(([name, value]) => [name, fieldToHex(value)]));
  return division.failure({ a: fieldToHex(a), b: fieldToHex(b), c: fieldToHex(c), quotient });
}

test("an honest claim passes with these hints as well, if the product is small", async () => {
  expect(await failureOf([3n, 4n, 13n], { fits: 1n, quotient: 0n, remainder: 12n })).toBeUndefined();
});

test("a quotient that half fits, and so is zero", async () => {
  // The product is 2 * 2^128 + 2, and a quarter of it 2^127.
  const operands = [59_649_589_127_497_217n, 11_409_378_401_370_258_109_442n, 4n] as const;
  expect(operands[0] * operands[1]).toBe((1n << 129n) + 2n);
  const half = (FIELD_MODULUS + 1n) / 2n;
  expect(await failureOf(operands, { fits: half, quotient: 0n, remainder: 1n })).toMatch(/bit: neither 0 nor 1/);
});

test("a quotient of zero, with all that is above 128 bits left over", async () => {
  const claim = { fits: 1n, quotient: 0n, remainder: 0n };
  expect(await failureOf([1n << 127n, 16n, 10n], claim)).toMatch(/division: not the remainder/);
});

test("a product modulo the field, hidden in limbs that are too wide", async () => {
  const most = (1n << 128n) - 1n;
  const left = most * most - FIELD_MODULUS;
  const claim = { fits: 1n, quotient: left / most, remainder: left % most };
  expect(await failureOf([most, most, most], claim)).toMatch(/call to assert_max_bit_size/);
});

test("limbs of another number", async () => {
  const claim = { fits: 1n, quotient: 7n, remainder: 0n };
  expect(await failureOf([6n, 1n, 1n], claim)).toMatch(/limbs: they do not make the value/);
});

test("a number above the bound that is said to be below, and the reverse", async () => {
  for (const [number, bound] of [
    [9, 8],
    [8, 8],
    [7, 8],
    [0, 1],
  ] as const) {
    expect(await comparison.failure({ number, bound })).toMatch(/call to assert_max_bit_size/);
  }
});

test("a number that is partly below the bound", async () => {
  expect(await comparison.failure({ number: 5, bound: 8 })).toMatch(/bit: neither 0 nor 1/);
});

test.each([
  ["a selector that is too wide", 1_000_000_001, /call to assert_max_bit_size/],
  ["arguments that are too wide", 1_000_000_002, /call to assert_max_bit_size/],
  ["parts of another call", 1_000_000_003, /packed: the parts do not make the value/],
])("%s", async (_, value, constraint) => {
  expect(await unpacking.failure({ value: 5 + 7 * 2 ** 24 })).toBeUndefined();
  expect(await unpacking.failure({ value })).toMatch(constraint);
});

test("a leaf that is not in the tree", async () => {
  const root = fieldToHex(compress(1n, 2n, 3n, 4n));
  const siblings = [[1, 2, 4]];
  expect(await path.failure({ leaf: 3, index: 2, siblings, root })).toBeUndefined();
  expect(await path.failure({ leaf: 5, index: 2, siblings, root })).toMatch(/merkle: node is not at the place/);
  expect(await path.failure({ leaf: 3, index: 1, siblings, root })).toMatch(/merkle: node is not at the place/);
});
