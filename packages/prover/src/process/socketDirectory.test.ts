import { existsSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeSocketDirectory } from "./socketDirectory.ts";

test("removes what dead processes left, and nothing of the living", async () => {
  // No process has this number: it is above Linux's greatest.
  const dead = join(tmpdir(), "frond-bb-4194305-test");
  mkdirSync(dead, { recursive: true });
  const [one, two] = [await makeSocketDirectory(), await makeSocketDirectory()];
  try {
    expect([dead, one, two].map(existsSync)).toEqual([false, true, true]);
  } finally {
    for (const directory of [one, two]) rmSync(directory, { recursive: true });
  }
});
