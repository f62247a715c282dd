import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FIELD_MODULUS, sleep } from "@frond/foundation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProver } from "./createProver.ts";
import { createReferenceString } from "./crs/createReferenceString.ts";
import { chainCircuit, productCircuit, sumCircuit } from "./testing/circuits.ts";
import { temporaryDirectory } from "./testing/temporaryDirectory.ts";
import type { PreparedCircuit, ProofResult, Prover, ReferenceString } from "./types.ts";

const cacheDirectory = temporaryDirectory();
const inputs = { x: "3", y: "4", z: "12" };
let referenceString: ReferenceString;
let prover: Prover;
let product: PreparedCircuit;
let proven: ProofResult;

beforeAll(async () => {
  referenceString = await createReferenceString({ kind: "development" });
  prover = await createProver({ referenceString, cacheDirectory, niceness: 0 });
  product = await prover.prepare(productCircuit, "recursive");
  proven = await prover.prove(product, inputs);
});
afterAll(() => prover.close());

test("a proof has the size that verifying circuits take, and verifies", async () => {
  expect(product.key.fields).toHaveLength(115);
  expect(proven.publicInputs).toEqual([12n]);
  expect(proven.proof).toHaveLength(410);
  expect(proven.proofBytes).toHaveLength(410 * 32);
  expect(await prover.verify(product, proven)).toBe(true);
});

test("a proof with one thing changed does not verify", async () => {
  const sum = await prover.prepare(sumCircuit, "recursive");
  const { publicInputs, proof } = proven;
  const changed: [string, PreparedCircuit, Pick<ProofResult, "publicInputs" | "proof">][] = [
    ["another public input", product, { publicInputs: [13n], proof }],
    ["no public input", product, { publicInputs: [], proof }],
    ["one public input too many", product, { publicInputs: [12n, 0n], proof }],
    ["another circuit's key", sum, { publicInputs, proof }],
    ["too short", product, { publicInputs, proof: proof.slice(1) }],
    ["empty", product, { publicInputs, proof: [] }],
    ["not canonical", product, { publicInputs: [12n + FIELD_MODULUS], proof }],
    ["negative", product, { publicInputs, proof: proof.with(3, -1n) }],
    ...[0, 8, 17, 60, 200, 409].map((i): (typeof changed)[number] => [
      `field ${i}`,
      product,
      { publicInputs, proof: proof.with(i, proof[i]! ^ 1n) },
    ]),
  ];
  for (const [what, circuit, altered] of changed)
    expect([what, await prover.verify(circuit, altered)]).toEqual([what, false]);
  expect(await prover.verify(product, proven)).toBe(true);
});

test("inputs that do not satisfy the circuit give Noir's message and its place", async () => {
  await expect(prover.prove(product, { ...inputs, z: "13" })).rejects.toMatchObject({
    code: "UNSATISFIABLE",
    data: {
      circuit: "product",
      assertion: "z must be the product",
      location: expect.stringContaining("bin/src/main.nr:2:"),
    },
  });
  await expect(prover.execute(product, { x: "3" })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[UnsatisfiableError: The inputs do not satisfy the circuit product: Expected argument \`y\`, but none was found. Check the inputs against the named assertion.]`,
  );
  expect(await prover.execute(product, inputs)).toEqual({ publicInputs: [12n], witnessSeconds: expect.any(Number) });
});

test("a key comes from the cache, unless it is damaged", async () => {
  const folder = join(cacheDirectory, "keys");
  const path = join(folder, readdirSync(folder).find((name) => name.startsWith(product.digest.slice(0, 32)))!);
  const steps: string[] = [];
  const other = await createProver({ referenceString, cacheDirectory, onProgress: ({ step }) => steps.push(step) });
  try {
    expect(await other.prepare(productCircuit, "recursive")).toEqual(product);
    expect(steps).toEqual([]);
    writeFileSync(path, readFileSync(path).fill(0, 100, 101));
    expect(await other.prepare(productCircuit, "recursive")).toEqual(product);
    expect(new Set(steps)).toEqual(new Set(["Computing the key of product"]));
  } finally {
    await other.close();
  }
});

test("for the EVM, the verifier trusts this reference string", async () => {
  const evm = await prover.prepare(productCircuit, "evm");
  const { proof, proofBytes } = await prover.prove(evm, inputs);
  expect(proofBytes).toHaveLength(proof.length * 32);
  const source = await prover.solidityVerifier(evm);
  expect(source).toContain("contract HonkVerifier");
  expect(source).not.toContain("0118c4d5b837bcc2");
  expect(source).toContain("2e539c423b302d13");
  await expect(prover.solidityVerifier(product)).rejects.toMatchObject({ code: "BARRETENBERG" });
});

test("a circuit too large for the reference string is refused by name", async () => {
  const small = await createReferenceString({ kind: "development", directory: cacheDirectory, points: 2 ** 16 + 1 });
  const other = await createProver({ referenceString: small, cacheDirectory });
  try {
    await expect(other.prepare(chainCircuit(1_000), "recursive")).rejects.toThrow(
      "Barretenberg failed to compute the key of chain_1000: it has 73",
    );
    const prepared = await other.prepare(productCircuit, "recursive");
    expect(await other.verify(prepared, await other.prove(prepared, inputs))).toBe(true);
  } finally {
    await other.close();
  }
});

test("proofs asked for together come out each for its own inputs", async () => {
  const results = await Promise.all(
    [2, 3, 5, 7, 11].map((x) => prover.prove(product, { x: `${x}`, y: "10", z: `${x * 10}` })),
  );
  expect(results.map(({ publicInputs }) => publicInputs[0])).toEqual([20n, 30n, 50n, 70n, 110n]);
  expect(prover.memory().bbPeakBytes).toBeGreaterThan(0);
});

test("a closed prover says so, to those who wait too", async () => {
  const other = await createProver({ referenceString, cacheDirectory, niceness: 0 });
  const chain = await other.prepare(chainCircuit(1_000), "recursive");
  const waiting = other.prove(chain, { start: "1" }).catch((error) => error);
  await sleep(300);
  await other.close();
  await other.close();
  expect(await waiting).toMatchObject({ code: "PROVER_CLOSED" });
  await expect(other.prove(chain, { start: "1" })).rejects.toMatchObject({ code: "PROVER_CLOSED" });
});
