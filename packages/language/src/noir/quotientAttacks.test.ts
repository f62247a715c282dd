import { librarySources } from "@frond/circuits";
import { FIELD_MODULUS, fieldToHex } from "@frond/foundation";
import { beforeAll, expect, test } from "vitest";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";

/*
 * The check of a division takes two hints of its own. Here a dishonest prover chooses them, so that each claim would be
 * accepted if one constraint were missing.
 */

const MANIFEST = `[package]\nname = "test"\ntype = "bin"\nauthors = []\n[dependencies]\nfrond = { path = "../lib" }\n`;
const MAIN = `use frond::integer::Quotient;
fn main(a: Field, b: Field, c: Field, quotient: Quotient) {
    quotient.check(a, b, c);
}
`;

/** All of a * b is left over if the claim says that it fits; if not, what is above 128 bits is denied. */
const DISHONEST = `(a: [Field; 2], b: [Field; 2], _c: Field, claim: Quotient) -> (Field, Field) {
    let sum = a[0] * b[0] + (a[0] * b[1] + a[1] * b[0]) * LIMB;
    let low = (sum as u128) as Field;
    (low, if claim.fits == 1 { a[1] * b[1] + (sum - low) / TWO_128 } else { 0 })
}
`;

let circuit: TestCircuit;
beforeAll(async () => {
  const files = librarySources();
  const path = "lib/src/integer_hints.nr";
  const [others, hint] = files[path]!.split("unconstrained fn excess_hint");
  expect(hint).toBeDefined();
  files[path] = `${others}unconstrained fn excess_hint${DISHONEST}`;
  circuit = await createTestCircuit({ files: { ...files, "bin/Nargo.toml": MANIFEST, "bin/src/main.nr": MAIN } });
}, 300_000);

function failureOf([a, b, c]: readonly [bigint, bigint, bigint], claim: Record<string, bigint>) {
  const quotient = Object.fromEntries(Object.entries(claim).map(([name, value]) => [name, fieldToHex(value)]));
  return circuit.failure({ a: fieldToHex(a), b: fieldToHex(b), c: fieldToHex(c), quotient });
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
