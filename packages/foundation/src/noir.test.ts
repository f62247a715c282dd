import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Noir } from "@noir-lang/noir_js";
import { compile, createFileManager } from "@noir-lang/noir_wasm";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FIELD_MODULUS, fieldToHex } from "./field.ts";
import { addPoints, GENERATOR, GRUMPKIN_ORDER, scalarMultiply } from "./grumpkin.ts";
import { poseidon2Permutation } from "./poseidon2.ts";
import { publicKeyOf, signChallenge } from "./signature.ts";

// The primitives that the circuits use: the permutation, and s * G + e * P with s in two limbs.
const SOURCE = `
use std::embedded_curve_ops::{EmbeddedCurvePoint, EmbeddedCurveScalar, multi_scalar_mul};
use std::hash::poseidon2_permutation;

fn main(state: [Field; 4], key: [Field; 2], scalars: [[Field; 2]; 2]) -> pub ([Field; 4], [Field; 2]) {
    let generator = EmbeddedCurvePoint { x: 1, y: ${GENERATOR.y} };
    let sum = multi_scalar_mul(
        [generator, EmbeddedCurvePoint { x: key[0], y: key[1] }],
        [
            EmbeddedCurveScalar { lo: scalars[0][0], hi: scalars[0][1] },
            EmbeddedCurveScalar { lo: scalars[1][0], hi: scalars[1][1] },
        ],
    );
    (poseidon2_permutation(state), [sum.x, sum.y])
}
`;

const directory = mkdtempSync(join(tmpdir(), "frond-foundation-"));
let noir: Noir;

beforeAll(async () => {
  mkdirSync(join(directory, "src"));
  writeFileSync(join(directory, "Nargo.toml"), '[package]\nname = "equality"\ntype = "bin"\nauthors = [""]\n');
  writeFileSync(join(directory, "src", "main.nr"), SOURCE);
  const { program } = await compile(createFileManager(directory));
  noir = new Noir(program);
});

afterAll(() => rmSync(directory, { recursive: true }));

const limbs = (scalar: bigint) => [scalar & ((1n << 128n) - 1n), scalar >> 128n].map(fieldToHex);

async function run(state: [bigint, bigint, bigint, bigint], secret: bigint, s: bigint, e: bigint) {
  const key = publicKeyOf(secret);
  const inputs = { state: state.map(fieldToHex), key: [key.x, key.y].map(fieldToHex), scalars: [limbs(s), limbs(e)] };
  const { returnValue } = await noir.execute(inputs);
  const [permuted, sum] = returnValue as [string[], [string, string]];
  return { permuted: permuted.map(BigInt), sum: { x: BigInt(sum[0]), y: BigInt(sum[1]) } };
}

const fields = fc.bigInt({ min: 0n, max: FIELD_MODULUS - 1n });
const scalars = fc.bigInt({ min: 1n, max: GRUMPKIN_ORDER - 1n });

test("Noir computes the same permutation and the same points", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fields, fields, fields, fields),
      scalars,
      scalars,
      fields,
      async (state, secret, s, e) => {
        const { permuted, sum } = await run(state, secret, s, e);
        expect(permuted).toEqual(poseidon2Permutation(state));
        expect(sum).toEqual(addPoints(scalarMultiply(GENERATOR, s), scalarMultiply(publicKeyOf(secret), e)));
      },
    ),
    { numRuns: 20 },
  );
});

test("Noir gets back the r of a signature", async () => {
  const { signature, challenge } = signChallenge(99n, (r) => poseidon2Permutation([r.x, 0n, 0n, 1n])[0]);
  const { sum } = await run([0n, 0n, 0n, 0n], 99n, signature.s, challenge);
  expect(sum).toEqual(signature.r);
});
