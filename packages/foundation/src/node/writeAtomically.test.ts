import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeAtomically, writeAtomically, writeAtomicallySync } from "./writeAtomically.ts";

const directory = mkdtempSync(join(tmpdir(), "frond-atomic-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.each([
  ["in turn", writeAtomically],
  ["at once", async (...given: Parameters<typeof writeAtomicallySync>) => writeAtomicallySync(...given)],
])("writes bytes and texts %s, with a mode, in a directory that it makes", async (name, write) => {
  const path = join(directory, name, "deep", "file");
  await write(path, "first", { mode: 0o600 });
  await write(path, new Uint8Array([0x61, 0x62]), { mode: 0o600 });
  expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["ab", 0o600]);
  expect(readdirSync(join(path, ".."))).toEqual(["file"]);
});

test("a write that fails leaves what was there, and nothing else", async () => {
  const path = join(directory, "failed", "file");
  await writeAtomically(path, "old");
  const failing = makeAtomically(path, async (temporary) => {
    await writeFile(temporary, "ne");
    throw new Error("the disk is full");
  });
  await expect(failing).rejects.toThrow("the disk is full");
  expect([readFileSync(path, "utf8"), readdirSync(join(path, ".."))]).toEqual(["old", ["file"]]);
});
