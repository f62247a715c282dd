import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { sleep } from "../async/sleep.ts";
import { lockOwner, takeLock, withLock } from "./lock.ts";

const directory = mkdtempSync(join(tmpdir(), "frond-lock-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** A process that takes the lock `path` again and again, `rounds` times, or holds it for ever. */
function start(path: string, rounds = 0): ChildProcess {
  const entry = fileURLToPath(new URL("./lock.child.ts", import.meta.url));
  const child = fork(entry, [path, String(rounds)], { execArgv: ["--import", "tsx", "--no-warnings"] });
  children.push(child);
  return child;
}

test("one has it at a time, in one process too", () => {
  const path = join(directory, "one");
  const lock = takeLock(path);
  expect([takeLock(path), lockOwner(path)]).toEqual([undefined, process.pid]);
  lock?.release();
  lock?.release();
  expect([existsSync(path), lockOwner(path)]).toEqual([false, undefined]);
  takeLock(path)?.release();
});

test("is free as soon as its owner was killed", async () => {
  const path = join(directory, "killed");
  const child = start(path);
  await once(child, "message");
  expect([takeLock(path), lockOwner(path)]).toEqual([undefined, child.pid]);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(lockOwner(path)).toBeUndefined();
  takeLock(path)!.release();
});

test.each([
  ["of a process that lives, and is another one by now", String(process.ppid)],
  ["of this process, by a number that was used before", String(process.pid)],
  ["of a process that is gone", "4194305"],
  ["of a process that died before it said who it was", ""],
])("a file that is left %s stops nobody", (_, content) => {
  const path = join(directory, "left");
  writeFileSync(path, content);
  expect(lockOwner(path)).toBeUndefined();
  const lock = takeLock(path)!;
  expect(lockOwner(path)).toBe(process.pid);
  lock.release();
});

test("work under it never overlaps, and leaves nothing", async () => {
  const many = join(directory, "many");
  const contend = async (path: string): Promise<number> => {
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
  const rounds = Array.from({ length: 20 }, (_, round) => contend(join(many, `lock-${round}`)));
  expect(new Set(await Promise.all(rounds))).toEqual(new Set([1]));
  expect(readdirSync(many)).toEqual([]);
});

test("two processes that take and remove it at once never have it both", async () => {
  const path = join(directory, "raced");
  const ends = [start(path, 400), start(path, 400)].map((child) => once(child, "exit"));
  expect(await Promise.all(ends)).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(existsSync(`${path}.inside`)).toBe(false);
});
