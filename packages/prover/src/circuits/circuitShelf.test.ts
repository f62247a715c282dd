import { existsSync } from "node:fs";
import { join } from "node:path";
import { silentLogger } from "@frond/foundation";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporaryDirectory.ts";
import type { PreparedCircuit } from "../types.ts";
import { createCircuitShelf } from "./circuitShelf.ts";

/** Removed after the tests: of one that a test makes, nobody would know. */
const cacheDirectory = temporaryDirectory();

const circuit = {
  name: "sum",
  digest: "d1",
  target: "recursive",
  bytecode: new Uint8Array([1, 2, 3]),
  abi: { parameters: [], return_type: null, error_types: {} },
  gates: 1,
  dyadic: 1,
  key: { bytes: new Uint8Array([4]), fields: [5n], hash: 6n },
} as unknown as PreparedCircuit;

test("a circuit that is removed is neither in memory nor on the disk any more, and may be put again", async () => {
  const shelf = createCircuitShelf({ cacheDirectory, logger: silentLogger });
  const id = await shelf.put(circuit);
  const path = join(cacheDirectory, "artifacts", `${id}.circuit`);
  expect([await shelf.get(id), existsSync(path)]).toEqual([circuit, true]);
  await shelf.remove(id);
  await shelf.remove(id);
  expect([await shelf.get(id), existsSync(path)]).toEqual([undefined, false]);
  await shelf.put(circuit);
  expect([await shelf.get(id), existsSync(path)]).toEqual([circuit, true]);
});
