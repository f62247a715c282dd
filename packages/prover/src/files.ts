import { createHash, randomBytes } from "node:crypto";
import { createReadStream, linkSync, readFileSync, renameSync, rmSync } from "node:fs";
import { link, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where everything that can be made again is kept: `$XDG_CACHE_HOME/frond`, or `~/.cache/frond`. */
export function defaultCacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "frond");
}

/** SHA-256 in hex of texts and bytes, each with its length in front, so that no two lists give the same hash. */
export function contentHash(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest("hex");
}

/** SHA-256 in hex of a file's content; undefined when there is no such file. */
export async function fileHash(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  return hash.digest("hex");
}

/** Bytes of a file; undefined when there is none. */
export async function fileSize(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

/** Content of a file; undefined when there is none. */
export async function readIfPresent(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((error) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}

/** Makes a file appear whole or not at all: `write` fills a temporary file beside it, which is then renamed. */
export async function makeAtomically(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    await write(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes a file atomically. */
export async function writeAtomically(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await makeAtomically(path, (temporary) => writeFile(temporary, content, { mode }));
}

/** Runs `work` while no other process does under the same lock file. A lock whose owner has died is taken over. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await takeLock(path))) {
    if (!removeStaleLock(path)) await sleep(100);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** What `path` holds, made by one process while others that need it wait. `read` gives undefined for what is not there, or damaged. */
export async function readOrMake<T>(
  path: string,
  { read, make }: { readonly read: () => Promise<T | undefined>; readonly make: () => Promise<T> },
): Promise<T> {
  return (await read()) ?? withLock(`${path}.lock`, async () => (await read()) ?? make());
}

/** Whether a process of this number exists. */
export function isProcessAlive(pid: number): boolean {
  // The number 0 stands for the group of this process.
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The lock appears with its owner's number in it, or not at all. */
async function takeLock(path: string): Promise<boolean> {
  const own = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** Whether the lock is free now: gone, or taken away from an owner that has died. Without a pause in between, and what was taken is looked at again, or somebody who came first could lose a new lock. */
function removeStaleLock(path: string): boolean {
  const stale = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.stale`;
  try {
    if (isProcessAlive(Number(readFileSync(path, "utf8")))) return false;
    renameSync(path, stale);
    const isMistaken = isProcessAlive(Number(readFileSync(stale, "utf8")));
    if (isMistaken) linkSync(stale, path);
    rmSync(stale);
    return !isMistaken;
  } catch (error) {
    if (isNotFound(error)) return true;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
