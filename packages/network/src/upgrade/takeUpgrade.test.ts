import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layerConfigHash } from "@frond/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { GENESIS_FILE, NEXT_COMMITTEE_FILE, NEXT_FILE, readLayerFile, writeLayerFile } from "../directory/layerFile.ts";
import { readOutlineFile } from "../directory/outlineFile.ts";
import { testLayerFile } from "../testing/layerFile.ts";
import { fileAtGenesis, takeUpgrade } from "./takeUpgrade.ts";

let data: string;
const first = testLayerFile();
const next = { ...first, sequencerSecret: 6n, config: { ...first.config, owner: 7n } };
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "frond-upgrade-"));
  writeLayerFile(data, first);
  writeLayerFile(data, next, NEXT_FILE);
});
afterEach(() => rmSync(data, { recursive: true }));

const take = (config: typeof first.config) => takeUpgrade(data, first.name, async () => layerConfigHash(config));

it("a layer's node goes on as it was until L1 has upgraded the layer", async () => {
  expect(await take(first.config)).toBeUndefined();
  expect(readLayerFile(data, first.name)).toEqual(first);
  expect(readLayerFile(data, first.name, NEXT_FILE)).toEqual(next);
});

it("takes the next file then, keeps the first one, and how the layer is run", async () => {
  writeLayerFile(data, { ...first, blockMilliseconds: 77 });
  writeFileSync(join(data, "layers", first.name, NEXT_COMMITTEE_FILE), "{}");
  expect(await take(next.config)).toEqual({ ...next, blockMilliseconds: 77 });
  expect(readLayerFile(data, first.name)).toEqual({ ...next, blockMilliseconds: 77 });
  expect(readLayerFile(data, first.name, NEXT_FILE)).toBeUndefined();
  expect(readOutlineFile(data, first.name)).toBeDefined();
  expect(fileAtGenesis(data, next).config).toEqual(first.config);

  expect(existsSync(join(data, "layers", first.name, NEXT_COMMITTEE_FILE))).toBe(false);

  const third = { ...next, config: { ...next.config, owner: 8n } };
  writeLayerFile(data, third, NEXT_FILE);
  await take(third.config);
  expect(readLayerFile(data, first.name, GENESIS_FILE)?.config).toEqual(first.config);
});
