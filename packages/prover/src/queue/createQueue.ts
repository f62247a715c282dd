import { type Field, FrondError, fieldToBytes, type Logger } from "@frond/foundation";
import type { CircuitShelf } from "../circuits/circuitShelf.ts";
import { UnknownCircuitError } from "../circuits/errors.ts";
import { jobSeconds } from "../pool/jobSeconds.ts";
import type { Claim, Pool, PoolEvents, Seat, Task } from "../pool/types.ts";
import type { PreparedCircuit, Prover } from "../types.ts";
import { decodeInputs, encodeInputs, inputsHash as hashOfInputs } from "./encodeInputs.ts";
import {
  DependencyFailedError,
  JobFailedError,
  JobForgottenError,
  MissingInputsError,
  QueueClosedError,
  UnknownJobError,
} from "./errors.ts";
import { jobId } from "./jobId.ts";
import { areEqual, judgeClaim } from "./judgeClaim.ts";
import { judgeFailure, type Tries } from "./judgeFailure.ts";
import { limitSeconds, notePace, type Pace } from "./timeLimit.ts";
import type {
  JobFailure,
  ProofJob,
  ProofQueue,
  ProvenJob,
  QueueEvent,
  QueueStore,
  StoredProofJob,
  WorkerRecord,
} from "./types.ts";

/** What every queue can be told, wherever its workers are. */
export type QueueOptions = {
  readonly store: QueueStore;
  /** Finds inputs that were submitted by hash. */
  readonly readInputs?: ((hash: string) => Promise<Uint8Array>) | undefined;
  /** How often a job is tried, when it fails for a reason that may pass; 3 by default. */
  readonly attempts?: number | undefined;
  /**
   * Seconds after which the first attempt at a proof of so many rows takes too long, see {@link limitSeconds}; {@link
   * jobSeconds} by default.
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

type Waiter = { resolve(result: ProvenJob): void; reject(error: Error): void };
type Running = { readonly since: number; readonly abort: AbortController; readonly worker?: string };

/** Wrong results after which a worker is ignored. */
const MOST_LIES = 2;
const LONGEST_PAUSE = 60_000;

/**
 * A durable queue of proofs over a pool of workers, and everything about it that does not depend on where the workers
 * are: order, dependencies, attempts, what is believed, and what is kept. A queue begins with the jobs that it finds in
 * its store.
 */
export function createQueue(options: QueueOptions, dependencies: QueueDependencies): ProofQueue {
  const { store, attempts = 3, pause = 1_000 } = options;
  const { verifier, circuits, logger } = dependencies;
  const jobs = new Map<string, StoredProofJob>([...store.jobs.entries()]);
  const running = new Map<string, Running>();
  const working = new Set<Promise<void>>();
  /** Jobs between two attempts. */
  const resting = new Set<string>();
  /** Circuits that stored jobs need and nobody has registered since the restart. */
  const missing = new Set<string>();
  /** Results that were made, or verified again, by this process. */
  const verified = new Set<string>();
  const records = new Map<string, WorkerRecord>([...store.workers.entries()]);
  const waiters = new Map<string, Waiter[]>();
  const listeners = new Set<(event: QueueEvent) => void>();
  let pace: Pace = [];
  let number = Math.max(0, ...[...jobs.values()].map((job) => job.number));
  let closing: Promise<void> | undefined;

  const pool = dependencies.createPool({ onRoom: () => startJobs(), onFound });
  for (const [worker, { lies }] of records) if (lies >= MOST_LIES) pool.ignore(worker);
  queueMicrotask(startJobs);

  function startJobs(): void {
    if (closing) return;
    const ready = [...jobs.values()].filter(canStart).sort((a, b) => b.priority - a.priority || a.number - b.number);
    for (const job of ready) {
      const failed = job.after.find(isFailed);
      if (failed !== undefined) void give(job, () => giveUpAfter(job, failed));
      else {
        const seat = pool.reserve(job);
        if (seat) void give(job, (abort) => attempt(job, seat, abort), seat);
        else if (pool.keepsOrder) return;
      }
    }
  }

  function canStart({ id, circuit, after, error }: StoredProofJob): boolean {
    if (error || running.has(id) || resting.has(id) || missing.has(circuit)) return false;
    return after.every((other) => store.results.get(other) !== undefined || isFailed(other));
  }

  function isFailed(id: string): boolean {
    const job = jobs.get(id);
    // A dependency that nobody knows can't be waited for.
    return job ? job.error !== undefined : store.results.get(id) === undefined;
  }

  /** Runs one attempt at a job, and keeps what came of it. */
  function give(job: StoredProofJob, work: (abort: AbortController) => Promise<void>, seat?: Seat): Promise<void> {
    const abort = new AbortController();
    running.set(job.id, { since: Date.now(), abort });
    const end = work(abort)
      .catch((error) => (closing || abort.signal.aborted ? undefined : fail(job, error)))
      .catch((error) => logger.error("The store of the proof queue failed", { id: job.id, reason: String(error) }))
      .finally(() => {
        seat?.release();
        if (running.get(job.id)?.abort === abort) running.delete(job.id);
        working.delete(end);
        startJobs();
      });
    working.add(end);
    return end;
  }

  async function attempt(job: StoredProofJob, seat: Seat, { signal }: AbortController): Promise<void> {
    const circuit = await circuits.get(job.circuit);
    if (!circuit) {
      missing.add(job.circuit);
      logger.warn("A job waits for its circuit to be registered", { id: job.id, circuit: job.circuitName });
      return;
    }
    // A crash between keeping a result and forgetting its job leaves both.
    const present = store.results.get(job.id);
    if (present && (await isVerified(job.id, present))) return finish(job, present);
    const claim = await seat.run(taskOf(job, circuit), signal);
    if (!signal.aborted) await settle(job, circuit, claim);
  }

  function taskOf(job: StoredProofJob, circuit: PreparedCircuit): Task {
    const { id, rows, priority, kind, inputsHash } = job;
    return {
      id,
      rows,
      priority,
      kind,
      circuit,
      circuitId: job.circuit,
      inputsHash,
      readInputs: () => readInputs(inputsHash),
      onStarted(worker) {
        const entry = running.get(id);
        if (!entry) return;
        running.set(id, { ...entry, since: Date.now(), worker });
        tell(job, { event: "started", worker });
      },
      limitSeconds: () =>
        limitSeconds({ rows, overdues: jobs.get(id)?.overdues ?? 0, pace }, options.jobSeconds ?? jobSeconds),
      failures: () => jobs.get(id)?.failures ?? 0,
      async onLost(error) {
        const known = jobs.get(id);
        if (!known) return false;
        const { isWorthMore, tries } = judgeFailure(triesOf(known), error, attempts);
        if (isWorthMore) await noteFailure(job, tries, error);
        return isWorthMore;
      },
    };
  }

  async function readInputs(hash: string): Promise<Uint8Array> {
    const bytes = store.inputs.get(hash) ?? (await options.readInputs?.(hash));
    if (!bytes || hashOfInputs(bytes) !== hash) throw new MissingInputsError(hash);
    return bytes;
  }

  async function settle(job: StoredProofJob, circuit: PreparedCircuit, claim: Claim): Promise<void> {
    const task = {
      circuit,
      expect: jobs.get(job.id)?.expect,
      readInputs: async () => decodeInputs(await readInputs(job.inputsHash)),
    };
    const verdict = await judgeClaim(claim, task, verifier);
    if (!jobs.has(job.id)) return;
    const tries = triesOf(job);
    if (verdict.kind === "impossible") return giveUp(job, { ...tries, failures: tries.failures + 1 }, verdict.error);
    if (verdict.kind === "lie") return noteLie(job, claim.worker, verdict.reason);
    const { publicInputs, proof, witnessSeconds, provingSeconds } = verdict.proof;
    const proofBytes = new Uint8Array(Buffer.concat(proof.map(fieldToBytes)));
    const { worker } = claim;
    // A remote worker may say anything, but not that it took longer than it had the job.
    const observed = (Date.now() - (running.get(job.id)?.since ?? 0)) / 1_000;
    pace = notePace(pace, { rows: job.rows, seconds: Math.min(provingSeconds, observed) });
    await record(worker, { done: 1, lies: 0 });
    await finish(job, {
      publicInputs,
      proof,
      proofBytes,
      circuit: job.circuit,
      worker,
      witnessSeconds,
      provingSeconds,
    });
  }

  /** A claim made for the queue that was here before. */
  async function onFound(id: string, claim: Claim): Promise<void> {
    const job = jobs.get(id);
    if (!job || job.error || running.has(id) || closing) return;
    const circuit = await circuits.get(job.circuit);
    if (circuit && !running.has(id)) await give(job, () => settle(job, circuit, claim));
  }

  async function finish(job: StoredProofJob, result: ProvenJob): Promise<void> {
    verified.add(job.id);
    await store.results.put(job.id, result);
    await remove(job);
    const { worker, provingSeconds } = result;
    tell(job, { event: "proven", worker, provingSeconds });
    for (const { resolve } of takeWaiters(job.id)) resolve(result);
  }

  async function fail(job: StoredProofJob, error: unknown): Promise<void> {
    const known = jobs.get(job.id);
    if (!known) return;
    const { isWorthMore, tries } = judgeFailure(triesOf(known), error, attempts);
    if (!isWorthMore) return giveUp(job, tries, reasonOf(error));
    await noteFailure(job, tries, error as Error);
    rest(job.id, tries.failures + tries.overdues);
  }

  async function noteFailure(job: StoredProofJob, tries: Tries, { message }: Error): Promise<void> {
    const { failures, overdues } = tries;
    await keep({ ...(jobs.get(job.id) ?? job), failures, overdues });
    const counts = { failures, overdues };
    logger.warn("A proof is tried again", { id: job.id, circuit: job.circuitName, ...counts, reason: message });
    tell(job, { event: "retried", reason: message });
  }

  async function giveUp(job: StoredProofJob, { failures, overdues }: Tries, error: JobFailure): Promise<void> {
    await keep({ ...(jobs.get(job.id) ?? job), failures, overdues, error });
    logger.error("A proof was given up", { id: job.id, circuit: job.circuitName, reason: error.message });
    tell(job, { event: "failed", reason: error.message });
    for (const { reject } of takeWaiters(job.id)) reject(new JobFailedError(job.id, job.circuitName, error));
  }

  async function giveUpAfter(job: StoredProofJob, dependency: string): Promise<void> {
    const failure = failureOf(dependency);
    await giveUp(job, triesOf(job), {
      ...reasonOf(new DependencyFailedError(dependency, failure)),
      isFinal: failure.isFinal,
    });
  }

  async function noteLie(job: StoredProofJob, worker: string, reason: string): Promise<void> {
    const { lies } = await record(worker, { done: 0, lies: 1 });
    if (lies >= MOST_LIES) pool.ignore(worker);
    logger.warn("A worker gave a wrong result", { id: job.id, circuit: job.circuitName, worker, lies, reason });
    tell(job, { event: "lied", worker, reason });
  }

  async function record(worker: string, more: WorkerRecord): Promise<WorkerRecord> {
    const { done, lies } = records.get(worker) ?? { done: 0, lies: 0 };
    const next = { done: done + more.done, lies: lies + more.lies };
    records.set(worker, next);
    await store.workers.put(worker, next);
    return next;
  }

  function rest(id: string, failures: number): void {
    resting.add(id);
    setTimeout(
      () => {
        resting.delete(id);
        startJobs();
      },
      Math.min(LONGEST_PAUSE, pause * 2 ** (failures - 1)),
    ).unref();
  }

  async function keep(job: StoredProofJob): Promise<void> {
    jobs.set(job.id, job);
    await store.jobs.put(job.id, job);
  }

  /** Forgets a job, and its inputs unless another job has the same. */
  async function remove({ id, inputsHash }: StoredProofJob): Promise<void> {
    jobs.delete(id);
    await store.jobs.delete(id);
    if (![...jobs.values()].some((other) => other.inputsHash === inputsHash)) await store.inputs.delete(inputsHash);
  }

  /** What was stored by an earlier process is verified once. */
  async function isVerified(id: string, result: ProvenJob): Promise<boolean> {
    if (verified.has(id)) return true;
    const circuit = await circuits.get(result.circuit);
    if (circuit && (await verifier.verify(circuit, result))) verified.add(id);
    else logger.warn("A stored proof does not verify", { id });
    return verified.has(id);
  }

  function failureOf(id: string): JobFailure {
    return jobs.get(id)?.error ?? { code: "UNKNOWN_JOB", message: `There is no job ${id}.`, isFinal: false };
  }

  function takeWaiters(id: string): Waiter[] {
    const taken = waiters.get(id) ?? [];
    waiters.delete(id);
    return taken;
  }

  function tell({ id, kind, circuitName }: StoredProofJob, event: Omit<QueueEvent, "id" | "kind" | "circuit">): void {
    for (const listener of listeners) listener({ ...event, id, kind, circuit: circuitName });
  }

  async function register(circuit: PreparedCircuit): Promise<string> {
    const id = await circuits.put(circuit);
    if (missing.delete(id)) startJobs();
    return id;
  }

  async function circuitOf(given: ProofJob["circuit"]): Promise<PreparedCircuit> {
    const circuit = typeof given === "string" ? await circuits.get(given) : given;
    if (!circuit) throw new UnknownCircuitError(given as string);
    return circuit;
  }

  /** A result that says what is asked for. */
  async function isDone(id: string, expect: readonly Field[] | undefined): Promise<boolean> {
    const result = store.results.get(id);
    if (!result || (expect && !areEqual(result.publicInputs, expect))) return false;
    return isVerified(id, result);
  }

  return {
    register,
    circuit: (id) => circuits.get(id),

    async submit(job) {
      if (closing) throw new QueueClosedError();
      const circuit = await circuitOf(job.circuit);
      const circuitId = await register(circuit);
      pool.requireRoom(circuit.name, circuit.dyadic);
      const bytes = "inputs" in job ? encodeInputs(job.inputs) : undefined;
      const inputsHash = "inputs" in job ? hashOfInputs(bytes!) : job.inputsHash;
      const id = jobId(circuitId, inputsHash);
      const { kind, expect, after = [], priority = 0 } = job;
      if (await isDone(id, expect)) return id;
      if (closing) throw new QueueClosedError();
      const known = jobs.get(id);
      if (known && !known.error) {
        if (priority > known.priority || expect) {
          await keep({ ...known, priority: Math.max(priority, known.priority), expect: expect ?? known.expect });
        }
        return id;
      }
      const description = { kind, circuit: circuitId, circuitName: circuit.name, rows: circuit.dyadic, inputsHash };
      // What took too long before has more time now.
      const tries = { failures: 0, overdues: known?.overdues ?? 0 };
      const stored = { id, number: ++number, ...description, expect, priority, after, ...tries };
      jobs.set(id, stored);
      if (bytes) await store.inputs.put(inputsHash, bytes);
      await store.results.delete(id);
      await keep(stored);
      startJobs();
      return id;
    },

    async result(id) {
      const job = jobs.get(id);
      const present = job ? undefined : store.results.get(id);
      if (present && (await isVerified(id, present))) return present;
      if (!job) throw new UnknownJobError(id);
      if (job.error) throw new JobFailedError(id, job.circuitName, job.error);
      if (closing) throw new QueueClosedError();
      return new Promise((resolve, reject) => {
        waiters.set(id, [...(waiters.get(id) ?? []), { resolve, reject }]);
      });
    },

    async forget(id) {
      await store.results.delete(id);
      verified.delete(id);
      const job = jobs.get(id);
      if (!job) return;
      const entry = running.get(id);
      running.delete(id);
      const forgotten = new JobForgottenError(id);
      entry?.abort.abort(forgotten);
      await remove(job);
      for (const { reject } of takeWaiters(id)) reject(forgotten);
      startJobs();
    },

    verify: (circuit, proof) => verifier.verify(circuit, proof),

    status() {
      const list = [...jobs.values()];
      const started = list.flatMap(({ id, kind, circuitName }) => {
        const { worker, since } = running.get(id) ?? {};
        if (worker === undefined || since === undefined) return [];
        return [{ id, kind, circuit: circuitName, worker, seconds: (Date.now() - since) / 1_000 }];
      });
      const failed = list.flatMap(({ id, kind, error }) => (error ? [{ id, kind, error }] : []));
      const workers = pool.workers().map((worker) => {
        const { done, lies } = records.get(worker.id) ?? { done: 0, lies: 0 };
        return { ...worker, done, lies, ignored: lies >= MOST_LIES };
      });
      return { waiting: list.length - started.length - failed.length, running: started, failed, workers };
    },

    onProgress(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    close() {
      closing ??= (async () => {
        for (const id of [...waiters.keys()]) for (const { reject } of takeWaiters(id)) reject(new QueueClosedError());
        for (const { abort } of running.values()) abort.abort(new QueueClosedError());
        await pool.close();
        await dependencies.closeVerifier();
        await Promise.all(working);
      })();
      return closing;
    },
  };
}

/** Several workers that all made a proof which does not verify are believed. */
const FINAL = new Set(["PROOF_DOES_NOT_VERIFY"]);

function triesOf({ kind, failures, overdues = 0 }: StoredProofJob): Tries {
  return { kind, failures, overdues };
}

function reasonOf(error: unknown): JobFailure {
  if (!(error instanceof FrondError))
    return { code: "UNEXPECTED", message: String((error as Error)?.message ?? error), isFinal: false };
  return { code: error.code, message: error.message, isFinal: FINAL.has(error.code) };
}
