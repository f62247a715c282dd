import { mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openTables } from "../lmdb/openTables.ts";
import { requireSoundStore } from "./requireSoundStore.ts";

let path: string;
let file: string;
beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), "frond-damage-"));
  file = join(path, "data.mdb");
  const tables = openTables({ path });
  const table = tables.table<string>("rows");
  // Rows of a page and of several pages.
  for (let i = 0; i < 200; i++) await table.put(String(i), "x".repeat(i % 2 === 0 ? 100 : 9_000));
  await tables.close();
});
afterEach(() => rmSync(path, { recursive: true }));

it("accepts what can be read, also while it is open, and a directory without a file", async () => {
  await requireSoundStore(path);
  const tables = openTables({ path });
  await requireSoundStore(path);
  await tables.close();
  await requireSoundStore(join(path, "nowhere"));
});

/** Overwrites the file from a share of its length on. */
function overwrite(from: number, to: number): void {
  const { length } = readFileSync(file);
  const garbage = Buffer.alloc(Math.floor(length * (to - from)), 0xa5);
  writeSync(openSync(file, "r+"), garbage, 0, garbage.length, Math.floor(length * from));
}

it.each<[string, () => void]>([
  ["cut off in the middle", () => truncateSync(file, Math.floor(readFileSync(file).length / 2))],
  ["cut off behind the first pages", () => truncateSync(file, 8_192)],
  ["empty", () => truncateSync(file, 0)],
  ["no LMDB file", () => writeFileSync(file, "not a database".repeat(1_000))],
  ["overwritten at its start", () => overwrite(0, 0.1)],
  ["overwritten", () => overwrite(0.02, 1)],
])("names a store whose file is %s", async (_, damage) => {
  damage();
  await expect(requireSoundStore(path)).rejects.toMatchObject({
    code: "store/damaged",
    message: expect.stringMatching(
      /^The store at .*frond-damage-\w+ is damaged: .+\. Restore that directory from a copy\./,
    ),
    data: { path },
  });
});
