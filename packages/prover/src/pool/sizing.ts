import { availableParallelism, totalmem } from "node:os";
import { jobMemory } from "./jobMemory.ts";

/** How many proofs are made at a time, with how many threads each, and the memory that they may take together. */
export type Sizing = { readonly workers: number; readonly threadsPerWorker: number; readonly memoryBytes: number };

/** The largest circuit of an ordinary network: an aggregate of two proofs, or the settlement. */
const ORDINARY_ROWS = 2 ** 21;
/** Of the machine's memory, for proofs. The rest is for everything else on it. */
const SHARE_OF_MEMORY = 0.6;

/**
 * Fills in what was left open. Memory: six tenths of what the process may have. Workers: one for each core, as far as
 * the memory suffices for the largest ordinary proofs at the same time; together they use every core once
 * (docs/deployment.md says when to choose otherwise).
 */
export function chooseSizing(given: { readonly [P in keyof Sizing]?: Sizing[P] | undefined }): Sizing {
  const cores = availableParallelism();
  const memoryBytes = given.memoryBytes ?? Math.floor(availableMemory() * SHARE_OF_MEMORY);
  const fitting = Math.max(1, Math.floor(memoryBytes / jobMemory(ORDINARY_ROWS)));
  const workers = given.workers ?? Math.min(cores, fitting);
  const threadsPerWorker = given.threadsPerWorker ?? Math.max(1, Math.floor(cores / workers));
  return { workers, threadsPerWorker, memoryBytes };
}

/** Of the machine, or of the container if that is less. */
function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
