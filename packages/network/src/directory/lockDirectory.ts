import { join } from "node:path";
import { lockOwner, takeLock } from "@frond/foundation/node";
import { AlreadyRunningError } from "../errors.ts";

/** Takes a data directory for this process, and returns what gives it back. @throws AlreadyRunningError */
export function lockDirectory(directory: string): () => void {
  for (;;) {
    const lock = takeLock(lockPath(directory));
    if (lock !== undefined) return lock.release;
    const owner = runningOwner(directory);
    // Without an owner, somebody only looked whether there is one, or the owner has just ended.
    if (owner !== undefined) throw new AlreadyRunningError(directory, owner);
  }
}

/** Number of the process that runs on the directory, if any; 0 in the moment in which it starts. */
export function runningOwner(directory: string): number | undefined {
  return lockOwner(lockPath(directory));
}

function lockPath(directory: string): string {
  return join(directory, "frond.pid");
}
