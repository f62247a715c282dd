import { availableParallelism } from "node:os";
import { GROUP_BYTES, startThread } from "@frond/foundation/node";
import { FIELD_BYTES } from "./fields.ts";
import { type Hasher, hashHere } from "./hasher.ts";
import { MOST_GROUPS, sharedHashing } from "./sharedHashing.ts";

export type HashPool = {
  readonly hasher: Hasher;
  close(): Promise<void>;
};

/** Beyond so many threads, what one does in between takes longer than hashing. */
const MOST_THREADS = 8;
/** Of fewer groups it takes longer to tell the others. */
const FEW_GROUPS = 64;
/** A chunk takes half a millisecond; a thread that takes so long for one has died. */
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
    hasher(groups, hash) {
      if (isBroken || groups.length < FEW_GROUPS * GROUP_BYTES) return hashHere(groups, hash);
      const hashes = new Uint8Array((groups.length / GROUP_BYTES) * FIELD_BYTES);
      const step = MOST_GROUPS * GROUP_BYTES;
      for (let at = 0; at < groups.length; at += step) {
        const part = groups.subarray(at, at + step);
        const made = isBroken ? undefined : shared.run(part, hash, PATIENCE_MILLISECONDS);
        if (made === undefined) isBroken = true;
        hashes.set(made ?? hashHere(part, hash), (at / GROUP_BYTES) * FIELD_BYTES);
      }
      return hashes;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
