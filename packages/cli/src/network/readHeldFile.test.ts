import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toJson } from "@frond/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UsageError } from "../errors.ts";
import { readHeldFile } from "./readHeldFile.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "frond-held-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(text: string): string {
  const path = join(directory, "held.json");
  writeFileSync(path, text);
  return path;
}

const entry = { layerId: 7n, address: 5n, values: [1n, 2n], valuesHash: 9n };

test("reads what a client has stored, one entry or several", () => {
  expect(readHeldFile(file(toJson(entry)))).toEqual([[1n, 2n]]);
  expect(readHeldFile(file(toJson([entry, { ...entry, values: [3n] }])))).toEqual([[1n, 2n], [3n]]);
});

test.each([
  ["nothing", ""],
  ["no entries", "{}"],
  ["numbers", '{"values":[1]}'],
])("refuses %s", (_, text) => {
  expect(() => readHeldFile(file(text))).toThrow(UsageError);
  expect(() => readHeldFile(join(directory, "missing"))).toThrow(/is no file of entries/);
});
