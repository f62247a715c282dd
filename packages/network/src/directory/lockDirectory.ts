import { join } from "node:path";
import { until } from "@frond/foundation";
import { lockOwner, takeLock } from "@frond/foundation/node";
import { AlreadyRunningError } from "../errors.ts";
import { layerDirectory } from "./layerFile.ts";

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

/** How long a process whose network has been killed may take to end. */
const LINGER_MILLISECONDS = 10_000;

/**
 * Takes the directory of a layer for the process that runs the layer, until that ends; the network's own lock is of
 * another process, and may be free a moment before. @throws NotInTimeError
 */
export async function lockRunning(dataDirectory: string, name: string): Promise<void> {
  const path = join(layerDirectory(dataDirectory, name), "running.pid");
  await until(() => takeLock(path), {
    what: `the process of layer ${name} that runs still`,
    withinMilliseconds: LINGER_MILLISECONDS,
  });
}

/** Number of the process that runs on the directory, if any; 0 in the moment in which it starts. */
export function runningOwner(directory: string): number | undefined {
  return lockOwner(lockPath(directory));
}

function lockPath(directory: string): string {
  return join(directory, "frond.pid");
}
