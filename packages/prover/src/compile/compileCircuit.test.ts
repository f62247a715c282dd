import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { productCircuit } from "../testing/circuits.ts";
import { temporaryDirectory } from "../testing/temporaryDirectory.ts";
import { compileCircuit } from "./compileCircuit.ts";

const cacheDirectory = temporaryDirectory();
const folder = join(cacheDirectory, "circuits");

test("compiles once, and again when the cache is damaged", async () => {
  const steps: number[] = [];
  const compile = () =>
    compileCircuit(productCircuit, { cacheDirectory, onProgress: ({ fraction }) => steps.push(fraction) });
  const first = await compile();
  expect(steps).toEqual([0, 1]);
  expect(first.abi.parameters.map(({ name }) => name)).toEqual(["x", "y", "z"]);
  expect(first.bytecode.length).toBeGreaterThan(0);

  expect(await compile()).toEqual(first);
  expect(steps).toEqual([0, 1]);

  const path = join(folder, readdirSync(folder).find((name) => name.endsWith(".acir"))!);
  const entry = readFileSync(path);
  entry[entry.length - 1]! ^= 1;
  writeFileSync(path, entry);
  expect(await compile()).toEqual(first);
  expect(steps).toEqual([0, 1, 0, 1]);
});

test("gives the digest of what was compiled, not of its text", async () => {
  const main = productCircuit.files["bin/src/main.nr"]!;
  const commented = { name: "product", files: { ...productCircuit.files, "bin/src/main.nr": `// A remark.\n${main}` } };
  const [one, two] = await Promise.all(
    [productCircuit, commented].map((source) => compileCircuit(source, { cacheDirectory })),
  );
  expect(two!.digest).toBe(one!.digest);
});

test("reports what Noir says, with its place, and keeps nothing", async () => {
  const source = {
    name: "broken",
    files: { ...productCircuit.files, "bin/src/main.nr": "fn main(x: Field) {\n    assert(x == unknown);\n}\n" },
  };
  const failure = await compileCircuit(source, { cacheDirectory }).catch((error) => error);
  expect(failure).toMatchObject({ code: "COMPILATION", data: { circuit: "broken" } });
  expect(failure.message).toContain("unknown");
  expect(failure.message).toContain("bin/src/main.nr");
  expect(failure.message).not.toContain("frond-noir-");
  expect(readdirSync(folder).filter((name) => name.startsWith("broken"))).toEqual([]);
});
