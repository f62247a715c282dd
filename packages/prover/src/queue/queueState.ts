import type { Logger } from "@frond/foundation";
import type { CircuitShelf } from "../circuits/circuitShelf.ts";
import type { Pool } from "../pool/types.ts";
import type { Prover } from "../types.ts";
import type { Pace } from "./timeLimit.ts";
import type { ProvenJob, QueueEvent, QueueStore, StoredProofJob, WorkerRecord } from "./types.ts";

export type Waiter = { resolve(result: ProvenJob): void; reject(error: Error): void };
type Running = { readonly since: number; readonly abort: AbortController; readonly worker?: string };

/** What a queue knows, and what it works with. The functions of this folder read and change it; nobody else does. */
export type QueueState = {
  readonly store: QueueStore;
  /** Finds inputs that were submitted by hash, and that the store does not hold. */
  readonly readInputs: ((hash: string) => Promise<Uint8Array>) | undefined;
  readonly attempts: number;
  readonly pauseMilliseconds: number;
  /** Seconds after which the first attempt at a proof of so many rows takes too long, see `limitSeconds`. */
  readonly jobSeconds: (rows: number) => number;
  readonly verifier: Pick<Prover, "verify" | "execute">;
  readonly circuits: CircuitShelf;
  readonly logger: Logger;
  readonly pool: Pool;
  /** Gives jobs that can start to the pool, as far as there is room: see `startJobs`. */
  readonly startJobs: () => void;
  /** Jobs that are not done. */
  readonly jobs: Map<string, StoredProofJob>;
  readonly running: Map<string, Running>;
  readonly working: Set<Promise<void>>;
  /** Jobs between two attempts. */
  readonly resting: Set<string>;
  /** Circuits that stored jobs need and nobody has registered since the restart. */
  readonly missing: Set<string>;
  /** Results that were made, or verified again, by this process. */
  readonly verified: Set<string>;
  readonly records: Map<string, WorkerRecord>;
  readonly waiters: Map<string, Waiter[]>;
  readonly listeners: Set<(event: QueueEvent) => void>;
  /** Of the last proofs: see `notePace`. */
  pace: Pace;
  /** Of the job that was submitted last. */
  lastNumber: number;
  isClosing: boolean;
};

export function takeWaiters({ waiters }: QueueState, id: string): Waiter[] {
  const taken = waiters.get(id) ?? [];
  waiters.delete(id);
  return taken;
}

export function tell(
  { listeners }: QueueState,
  { id, kind, circuitName }: StoredProofJob,
  event: Omit<QueueEvent, "id" | "kind" | "circuit">,
): void {
  for (const listener of listeners) listener({ ...event, id, kind, circuit: circuitName });
}

/** Keeps a job, or what has changed in it. */
export async function keepJob({ jobs, store }: QueueState, job: StoredProofJob): Promise<void> {
  jobs.set(job.id, job);
  await store.jobs.put(job.id, job);
}

/** Forgets a job, and its inputs unless another job has the same. */
export async function removeJob({ jobs, store }: QueueState, { id, inputsHash }: StoredProofJob): Promise<void> {
  jobs.delete(id);
  await store.jobs.delete(id);
  if (![...jobs.values()].some((other) => other.inputsHash === inputsHash)) await store.inputs.delete(inputsHash);
}
