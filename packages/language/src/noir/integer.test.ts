import { librarySources } from "@frond/circuits";
import { FIELD_MODULUS, type Field, fieldToHex } from "@frond/foundation";
import { beforeAll, describe, expect, test } from "vitest";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";

const MAIN = `use frond::integer::{fits, is_ethereum_address, Quotient};
fn main(
    a: Field, b: Field, c: Field, quotient: Quotient, wide: Field,
    below_8: Field, below_64: Field, below_128: Field, below_160: Field,
) {
    quotient.check(a, b, c);
    assert(fits::<8>(wide) == below_8, "fits: 8");
    assert(fits::<64>(wide) == below_64, "fits: 64");
    assert(fits::<128>(wide) == below_128, "fits: 128");
    assert(is_ethereum_address(wide) == below_160, "fits: 160");
}
`;
const MANIFEST = `[package]\nname = "test"\ntype = "bin"\nauthors = []\n[dependencies]\nfrond = { path = "../lib" }\n`;
const MAX = (1n << 128n) - 1n;
const EDGES = [0n, 1n, 2n, 3n, (1n << 64n) - 1n, 1n << 64n, (1n << 64n) + 1n, 1n << 127n, MAX - 1n, MAX];

type Claim = { fits: Field; quotient: Field; remainder: Field };

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await createTestCircuit({
    files: { ...librarySources(), "bin/Nargo.toml": MANIFEST, "bin/src/main.nr": MAIN },
  });
}, 300_000);

function honest(a: bigint, b: bigint, c: bigint): Claim {
  if (c === 0n || a * b >= c << 128n) return { fits: 0n, quotient: 0n, remainder: 0n };
  return { fits: 1n, quotient: (a * b) / c, remainder: (a * b) % c };
}

function failureOf([a, b, c]: readonly [bigint, bigint, bigint], claim: Claim, wide = 0n) {
  const element = (value: bigint) => fieldToHex(((value % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS);
  const below = (bits: bigint) => (wide >> bits === 0n ? 1 : 0);
  return circuit.failure({
    a: element(a),
    b: element(b),
    c: element(c),
    quotient: { fits: element(claim.fits), quotient: element(claim.quotient), remainder: element(claim.remainder) },
    wide: element(wide),
    below_8: below(8n),
    below_64: below(64n),
    below_128: below(128n),
    below_160: below(160n),
  });
}

const CASES = EDGES.flatMap((a) => EDGES.flatMap((b) => EDGES.map((c) => [a, b, c] as const))).filter(
  ([a, b]) => a <= b,
);

describe("floor(a * b / c)", () => {
  test("is what it should be at all edges, and nothing fails", { timeout: 120_000 }, async () => {
    for (const operands of CASES) expect(await failureOf(operands, honest(...operands))).toBeUndefined();
  });

  test("can't be claimed otherwise", { timeout: 240_000 }, async () => {
    for (const [index, operands] of CASES.entries()) {
      // Running every seventh case with every lie keeps the test short.
      if (index % 7 !== 0) continue;
      const truth = honest(...operands);
      const [a, b, c] = operands;
      const inverse = c === 0n ? 0n : divideInField(a * b, c);
      const lies: Claim[] = [
        { ...truth, fits: 1n - truth.fits },
        { fits: 0n, quotient: 0n, remainder: 0n },
        { fits: 1n, quotient: 0n, remainder: 0n },
        { fits: 1n, quotient: MAX, remainder: 0n },
        { ...truth, fits: 2n },
        { ...truth, quotient: truth.quotient + 1n },
        { ...truth, quotient: truth.quotient - 1n },
        { ...truth, remainder: truth.remainder + 1n },
        { ...truth, remainder: truth.remainder - 1n },
        { ...truth, quotient: truth.quotient - 1n, remainder: truth.remainder + c },
        { ...truth, quotient: truth.quotient + 1n, remainder: truth.remainder - c },
        { fits: 1n, quotient: inverse, remainder: 0n },
      ];
      for (const lie of lies) {
        if (lie.fits === truth.fits && lie.quotient === truth.quotient && lie.remainder === truth.remainder) continue;
        expect(await failureOf(operands, lie), `${operands} as ${Object.values(lie)}`).toBeDefined();
      }
    }
  });
});

test("a quotient can't be one that a shift makes small: near p / 2^k", { timeout: 120_000 }, async () => {
  const operands = [1n << 126n, 3n, 7n] as const;
  const truth = honest(...operands);
  for (let k = 120n; k < 254n; k++) {
    const near = (FIELD_MODULUS >> k) + 1n;
    expect(await failureOf(operands, { ...truth, quotient: near })).toBeDefined();
    expect(await failureOf(operands, { ...truth, remainder: near })).toBeDefined();
    expect(await failureOf(operands, { fits: 0n, quotient: near, remainder: 0n })).toBeDefined();
  }
});

test("a product can't be taken modulo the field", async () => {
  for (const times of [1n, 5n]) {
    const left = MAX * MAX - times * FIELD_MODULUS;
    const claim = { fits: 1n, quotient: left / MAX, remainder: left % MAX };
    expect(await failureOf([MAX, MAX, MAX], claim)).toMatch(/call to assert_max_bit_size/);
  }
});

test("fits says whether a field element is below a power of two", { timeout: 120_000 }, async () => {
  const edges = [
    0n,
    1n,
    255n,
    256n,
    257n,
    (1n << 64n) - 1n,
    1n << 64n,
    MAX,
    MAX + 1n,
    (1n << 128n) + 255n,
    (1n << 160n) - 1n,
    1n << 160n,
    (1n << 200n) + 1n,
    FIELD_MODULUS - 1n,
    FIELD_MODULUS - 256n,
  ];
  for (const wide of edges) expect(await failureOf([1n, 1n, 1n], honest(1n, 1n, 1n), wide)).toBeUndefined();
});

/** x / y modulo the field: the quotient that a dishonest prover would claim. */
function divideInField(x: bigint, y: bigint): bigint {
  let result = x % FIELD_MODULUS;
  let base = y % FIELD_MODULUS;
  for (let exponent = FIELD_MODULUS - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % FIELD_MODULUS;
    base = (base * base) % FIELD_MODULUS;
  }
  return result;
}
