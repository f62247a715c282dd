import { mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { AlreadyRunningError } from "../errors.ts";

/**
 * Takes a data directory for this process; a lock of a process that is gone is taken over. Returns what gives it back.
 * Throws {@link AlreadyRunningError}.
 */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "frond.pid");
  const owner = runningOwner(directory);
  if (owner !== undefined) throw new AlreadyRunningError(directory, owner);
  rmSync(path, { force: true });
  // "wx": of two processes that start at once only one makes the file.
  writeSync(openSync(path, "wx"), String(process.pid));
  return () => rmSync(path, { force: true });
}

/** The process that runs on the directory, if any. */
export function runningOwner(directory: string): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(join(directory, "frond.pid"), "utf8"));
  } catch {
    return undefined;
  }
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? pid : undefined;
  }
}
