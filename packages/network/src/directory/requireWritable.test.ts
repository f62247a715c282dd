import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { requireWritable } from "./requireWritable.ts";

const directory = mkdtempSync(join(tmpdir(), "frond-writable-"));
afterAll(() => rmSync(directory, { recursive: true }));

const check = (path: string) => requireWritable({ path, what: "the data directory", option: "--data" });

it("makes a directory where there is none, and leaves nothing in it", () => {
  const path = join(directory, "deep", "er");
  check(path);
  expect(readdirSync(path)).toEqual([]);
});

it.each([
  ["a file is in its place", () => join(directory, "file")],
  ["a file is above it", () => join(directory, "file", "below")],
  ["nobody may write there", () => "/proc/frond"],
])("names the directory and the option when %s", (_, pathOf) => {
  writeFileSync(join(directory, "file"), "");
  const path = pathOf();
  expect(() => check(path)).toThrow(
    expect.objectContaining({
      code: "network/directory",
      message: expect.stringMatching(
        /, the data directory, can't be written: .* or choose another directory: --data\.$/,
      ),
      data: { path, what: "the data directory", option: "--data" },
    }),
  );
  expect(existsSync(join(path, "x"))).toBe(false);
});
