import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { withLock } from "./files.ts";
import { temporaryDirectory } from "./testing/temporaryDirectory.ts";

const root = temporaryDirectory();
/** No process has this number: it is above Linux's greatest. */
const DEAD = "4194305";

test.each([
  ["nobody", undefined],
  ["a process that died", DEAD],
  ["a process that died before it said who it was", ""],
])("a lock of %s is taken by one at a time", async (_, owner) => {
  const directory = mkdtempSync(join(root, "locks-"));
  const contend = async (path: string): Promise<number> => {
    if (owner !== undefined) writeFileSync(path, owner);
    let [inside, most] = [0, 0];
    const enter = () =>
      withLock(path, async () => {
        most = Math.max(most, ++inside);
        await sleep(1);
        inside--;
      });
    await Promise.all(Array.from({ length: 3 }, enter));
    return most;
  };
  const rounds = Array.from({ length: 50 }, (_, round) => contend(join(directory, `lock-${round}`)));
  expect(new Set(await Promise.all(rounds))).toEqual(new Set([1]));
  expect(readdirSync(directory)).toEqual([]);
});
