import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeLock } from "@frond/foundation/node";
import { afterAll, expect, test } from "vitest";
import { lockDirectory, runningOwner } from "./lockDirectory.ts";

const directory = mkdtempSync(join(tmpdir(), "frond-directory-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("a directory is one's until it is given back", () => {
  const unlock = lockDirectory(directory);
  expect(runningOwner(directory)).toBe(process.pid);
  expect(() => lockDirectory(directory)).toThrow(
    `Process ${process.pid} runs the network in ${directory}. Stop it first, or use another directory with --data.`,
  );
  unlock();
  expect([runningOwner(directory), readdirSync(directory)]).toEqual([undefined, []]);
});

test("a number that a killed process left, and that another process has by now, blocks no start", () => {
  writeFileSync(join(directory, "frond.pid"), String(process.ppid));
  expect(runningOwner(directory)).toBeUndefined();
  lockDirectory(directory)();
});

test("a file that a start removes while another one takes it leaves one owner", () => {
  const path = join(directory, "frond.pid");
  const first = takeLock(path);
  // What a start that took the file for stale would do.
  rmSync(path);
  const second = takeLock(path)!;
  first!.release();
  expect(runningOwner(directory)).toBe(process.pid);
  second.release();
});
