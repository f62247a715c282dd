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

const CUTTING = `use frond::data::cut;
fn main(number: Field) -> pub Field {
    cut::<44, 84>(number).0
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
 * What is left over of a * b, whatever is claimed: less quotient * c, and less 2^128 * c if the quotient does not fit.
 * What is above 128 bits is denied if the quotient half fits. If it fits and is not zero, the claimed remainder.
 */
const EXCESS = `excess_hint(a: [Field; 2], b: [Field; 2], c: Field, claim: Quotient) -> (Field, Field) {
    let sum = a[0] * b[0] + (a[0] * b[1] + a[1] * b[0]) * LIMB - (1 - claim.fits) * claim.quotient * c;
    let low = (sum as u128) as Field;
    let above = a[1] * b[1] + (sum - low) / TWO_128;
    let high = if claim.fits == 1 { above } else if claim.fits == 0 { above - c } else { 0 };
    if (claim.fits == 1) & (claim.quotient != 0) { (claim.remainder, 0) } else { (low, high) }
}`;

/** The opposite of the truth or, for 5, the fraction with which what is ranged is zero. */
const BELOW = `below_hint(low: Field, bound: Field) -> Field {
    if low == 5 { (bound - low) / (2 * (bound - low) - 1) } else { 1 - (low.lt(bound) as Field) }
}`;

/** A divisor, and a number whose product with it has the same low 128 bits as the order of the field. */
const DIVISOR = (1n << 128n) - 3n;
const QUOTIENT = (FIELD_MODULUS * inverse(DIVISOR)) % (1n << 128n);

/** The largest number, and what its square modulo the field is divided by it. */
const MOST = (1n << 128n) - 1n;
const MOST_QUOTIENT = (MOST * MOST - FIELD_MODULUS) / MOST;
/** All of the divisor in its high limb, all of the largest number in its low limb, and 7 for 6. */
const LIMBS = `limbs_hint(value: Field) -> (Field, Field) {
    let low = (value as u64) as Field;
    if (value == ${fieldToHex(DIVISOR)}) | (value == ${fieldToHex(QUOTIENT)}) {
        (0, value / LIMB)
    } else if (value == ${fieldToHex(MOST)}) | (value == ${fieldToHex(MOST_QUOTIENT)}) {
        (value, 0)
    } else if value == 6 {
        (7, 0)
    } else {
        (low, (value - low) / LIMB)
    }
}`;

/** The value is all selector; or its selector is 5 whatever the rest is then; or the rest is 7 besides. */
const SPLIT = `split_hint(value: Field) -> (Field, Field) {
    if value == 1000000001 { (value, 0) } else if value == 1000000002 { (5, (value - 5) / 0x1000000) } else { (5, 7) }
}`;

/** The same children whatever the leaf is. */
const CHILDREN = `children_hint(_node: Field, _low: bool, _high: bool, _siblings: [Field; 3]) -> [Field; 4] {
    [1, 2, 3, 4]
}`;

/** Everything is low; or as much is high as makes the low part 7. */
const LOW_BITS = `low_bits_hint(number: Field, _bits: u32) -> Field {
    if number == 5 { 7 } else { number }
}`;

let division: TestCircuit;
let cutting: TestCircuit;
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
  replace("data_hints", LOW_BITS);
  division = await createTestCircuit({ files: { ...files, "bin/src/main.nr": DIVISION } });
  cutting = await createTestCircuit({ files: { ...files, "bin/src/main.nr": CUTTING } });
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

/** 1 / x modulo 2^128, of an odd x. */
function inverse(x: bigint): bigint {
  let result = 1n;
  for (let bits = 1; bits < 128; bits *= 2) result = BigInt.asUintN(128, result * (2n - x * result));
  return result;
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
  const remainder = (MOST * MOST - FIELD_MODULUS) % MOST;
  const claim = { fits: 1n, quotient: MOST_QUOTIENT, remainder };
  expect(await failureOf([MOST, MOST, MOST], claim)).toMatch(/call to assert_max_bit_size/);
});

test("a quotient times the divisor modulo the field, hidden in high limbs that are too wide", async () => {
  // In the field, the product of the high limbs is `above`, which a and b make as well.
  const above = (DIVISOR * QUOTIENT - FIELD_MODULUS) >> 128n;
  const a = DIVISOR - 2n;
  const b = ((above << 128n) + a - 1n) / a;
  const remainder = a * b - (above << 128n);
  expect(b).toBeLessThan(1n << 128n);
  expect(remainder).toBeLessThan(DIVISOR);
  expect((a * b) / DIVISOR).not.toBe(QUOTIENT);
  const claim = { fits: 1n, quotient: QUOTIENT, remainder };
  expect(await failureOf([a, b, DIVISOR], claim)).toMatch(/call to assert_max_bit_size/);
});

test("a quotient that is one more than it is, with a remainder below zero", async () => {
  const claim = { fits: 1n, quotient: 2n, remainder: FIELD_MODULUS - 1n };
  expect(await failureOf([7n, 1n, 4n], claim)).toMatch(/call to assert_max_bit_size/);
});

test("a remainder that is not what is left over", async () => {
  const claim = { fits: 1n, quotient: 0n, remainder: 5n };
  expect(await failureOf([3n, 4n, 13n], claim)).toMatch(/division: not the remainder/);
});

test("a quotient that fits, and is said not to", async () => {
  const claim = { fits: 0n, quotient: 0n, remainder: 0n };
  expect(await failureOf([3n, 4n, 5n], claim)).toMatch(/call to assert_max_bit_size/);
});

test("a quotient or a remainder where none fits", async () => {
  const operands = [1n << 127n, 1n << 127n, 1n] as const;
  expect(await failureOf(operands, { fits: 0n, quotient: 0n, remainder: 0n })).toBeUndefined();
  const quotient = { fits: 0n, quotient: 5n, remainder: 0n };
  expect(await failureOf(operands, quotient)).toMatch(/division: a quotient that does not fit is zero/);
  const remainder = { fits: 0n, quotient: 0n, remainder: 5n };
  expect(await failureOf(operands, remainder)).toMatch(/division: not the remainder/);
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

test("a number that two words share is cut in one way", async () => {
  const cutOf = (number: bigint) => cutting.failure({ number: fieldToHex(number) });
  expect(await cutOf((1n << 44n) - 1n)).toBeUndefined();
  // All of it is low; or the high part is the fraction that makes up for a low part of 7.
  expect(await cutOf(1n << 44n)).toMatch(/assert_max_bit_size/);
  expect(await cutOf(5n)).toMatch(/assert_max_bit_size/);
});
