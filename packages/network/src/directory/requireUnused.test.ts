import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { testLayerFile } from "../testing/layerFile.ts";
import { storeDirectory, writeLayerFile } from "./layerFile.ts";
import { requireUnused } from "./requireUnused.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "frond-unused-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

it("accepts an empty directory, and one in which a deployment was interrupted", () => {
  expect(() => requireUnused(directory)).not.toThrow();
  writeLayerFile(directory, testLayerFile());
  expect(() => requireUnused(directory)).not.toThrow();
});

it("refuses a directory in which layers have run: their sequencers' keys would be overwritten", () => {
  writeLayerFile(directory, testLayerFile());
  mkdirSync(storeDirectory(directory, "exchange"));
  expect(() => requireUnused(directory)).toThrow(
    `${directory} has the state of exchange, but no network.json. A new network would overwrite the keys of their ` +
      "sequencers, so nothing was done. Restore network.json from a copy, or name another directory with --data.",
  );
});
