import type { Logger } from "@frond/foundation";
import { circuitId } from "../circuits/circuitId.ts";
import type { CircuitShelf } from "../circuits/circuitShelf.ts";
import { jobSeconds } from "../pool/jobSeconds.ts";
import type { Pool, PoolEvents } from "../pool/types.ts";
import type { Prover } from "../types.ts";
import { JobFailedError, JobForgottenError, QueueClosedError, UnknownJobError } from "./errors.ts";
import { type QueueState, removeJob, takeWaiters } from "./queueState.ts";
import { queueStatus } from "./queueStatus.ts";
import { settleFound } from "./settleClaim.ts";
import { startJobs } from "./startJobs.ts";
import { isVerified } from "./storedResult.ts";
import { registerCircuit, submitJob } from "./submitJob.ts";
import type { ProofQueue, ProvenJob, QueueStore } from "./types.ts";
import { recordOf } from "./workerRecords.ts";

/** What every queue can be told, wherever its workers are. */
export type QueueOptions = {
  readonly store: QueueStore;
  /** Finds inputs that were submitted by hash. */
  readonly readInputs?: ((hash: string) => Promise<Uint8Array>) | undefined;
  /** How often a job is tried, when it fails for a reason that may pass; 3 by default. */
  readonly attempts?: number | undefined;
  /**
   * Seconds after which the first attempt at a proof of so many rows takes too long, see limitSeconds};
   * {@link jobSeconds} by default.
   */
  readonly jobSeconds?: ((rows: number) => number) | undefined;
  /** Milliseconds before the second attempt, doubled for each one more; 1,000 by default. */
  readonly pause?: number | undefined;
  /**
   * Verifies, and solves circuits when a worker's word has to be checked. One is started, and closed at the end, when
   * none is given; its processes start when they are needed.
   */
  readonly prover?: Prover | undefined;
  readonly logger?: Logger | undefined;
};

export type QueueDependencies = {
  readonly createPool: (events: PoolEvents) => Pool;
  readonly verifier: Pick<Prover, "verify" | "execute">;
  readonly closeVerifier: () => Promise<unknown>;
  readonly circuits: CircuitShelf;
  readonly logger: Logger;
};

/**
 * A durable queue of proofs over a pool of workers, and everything about it that does not depend on where the workers
 * are: order, dependencies, attempts, what is believed, and what is kept. A queue begins with the jobs that it finds in
 * its store.
 */
export function createQueue(options: QueueOptions, dependencies: QueueDependencies): ProofQueue {
  const state = openState(options, dependencies);
  const { circuits, verifier, listeners } = state;
  for (const worker of state.records.keys()) if (recordOf(state, worker).ignored) state.pool.ignore(worker);
  queueMicrotask(state.startJobs);
  let closing: Promise<void> | undefined;
  return {
    register: (circuit) => registerCircuit(state, circuit),
    unregister: (circuit) => circuits.remove(circuitId(circuit)),
    circuit: (id) => circuits.get(id),
    submit: (job) => submitJob(state, job),
    result: (id) => resultOf(state, id),
    forget: (id) => forgetJob(state, id),
    verify: (circuit, proof) => verifier.verify(circuit, proof),
    status: () => queueStatus(state),
    onProgress(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closing ??= closeQueue(state, dependencies);
      return closing;
    },
  };
}

function openState(options: QueueOptions, { createPool, verifier, circuits, logger }: QueueDependencies): QueueState {
  const { store, readInputs, attempts = 3, pause = 1_000 } = options;
  const jobs = new Map([...store.jobs.entries()]);
  const state: QueueState = {
    store,
    readInputs,
    attempts,
    pauseMilliseconds: pause,
    jobSeconds: options.jobSeconds ?? jobSeconds,
    verifier,
    circuits,
    logger,
    pool: createPool({
      onRoom: () => startJobs(state),
      onFound: (id, claim) => settleFound(state, id, claim),
    }),
    startJobs: () => startJobs(state),
    jobs,
    running: new Map(),
    working: new Set(),
    resting: new Set(),
    missing: new Set(),
    verified: new Set(),
    records: new Map([...store.workers.entries()]),
    waiters: new Map(),
    listeners: new Set(),
    pace: [],
    lastNumber: Math.max(0, ...[...jobs.values()].map((job) => job.number)),
    isClosing: false,
  };
  return state;
}

async function resultOf(state: QueueState, id: string): Promise<ProvenJob> {
  const job = state.jobs.get(id);
  const present = job ? undefined : state.store.results.get(id);
  if (present && (await isVerified(state, id, present))) return present;
  if (!job) throw new UnknownJobError(id);
  if (job.error) throw new JobFailedError(id, job.circuitName, job.error);
  if (state.isClosing) throw new QueueClosedError();
  return new Promise((resolve, reject) => {
    state.waiters.set(id, [...(state.waiters.get(id) ?? []), { resolve, reject }]);
  });
}

async function forgetJob(state: QueueState, id: string): Promise<void> {
  await state.store.results.delete(id);
  state.verified.delete(id);
  const job = state.jobs.get(id);
  if (!job) return;
  const entry = state.running.get(id);
  state.running.delete(id);
  const forgotten = new JobForgottenError(id);
  entry?.abort.abort(forgotten);
  await removeJob(state, job);
  for (const { reject } of takeWaiters(state, id)) reject(forgotten);
  state.startJobs();
}

async function closeQueue(state: QueueState, { closeVerifier }: QueueDependencies): Promise<void> {
  state.isClosing = true;
  for (const id of [...state.waiters.keys()])
    for (const { reject } of takeWaiters(state, id)) reject(new QueueClosedError());
  for (const { abort } of state.running.values()) abort.abort(new QueueClosedError());
  await state.pool.close();
  await closeVerifier();
  await Promise.all(state.working);
}
