import { availableParallelism } from "node:os";
import { startThread } from "@frond/foundation/node";
import { type Hasher, hashHere } from "./hasher.ts";
import { MOST_GROUPS, sharedHashing } from "./sharedHashing.ts";

export type HashPool = {
  readonly hasher: Hasher;
  close(): Promise<void>;
};

/** Beyond so many threads, what one does in between takes longer than hashing. */
const MOST_THREADS = 8;
/** Of fewer groups it takes longer to tell the others. */
const FEW_GROUPS = 256;
/** A chunk takes two milliseconds; a thread that takes so long for one has died. */
const PATIENCE_MILLISECONDS = 10_000;

/**
 * Hashes with as many threads as the machine has cores, this one included. Threads that come late help when they come.
 */
export function createHashPool({ threads = availableParallelism() }: { readonly threads?: number } = {}): HashPool {
  const shared = sharedHashing();
  const entry = new URL("./hashThread.ts", import.meta.url);
  const workers = Array.from({ length: Math.min(threads, MOST_THREADS) - 1 }, () =>
    startThread(entry, { workerData: shared.memory, execArgv: [] }),
  );
  let isBroken = workers.length === 0;
  for (const worker of workers) {
    worker.unref();
    worker.on("error", () => {
      isBroken = true;
    });
  }
  return {
    hasher(groups) {
      if (isBroken || groups.length < FEW_GROUPS) return hashHere(groups);
      const hashes = [];
      for (let at = 0; at < groups.length; at += MOST_GROUPS) {
        const part = groups.slice(at, at + MOST_GROUPS);
        const made = isBroken ? undefined : shared.run(part, PATIENCE_MILLISECONDS);
        if (made === undefined) isBroken = true;
        for (const hash of made ?? hashHere(part)) hashes.push(hash);
      }
      return hashes;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
