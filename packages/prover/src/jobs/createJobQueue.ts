import { FrondError, type Logger, silentLogger } from "@frond/foundation";
import { ProverClosedError, ProverProcessError } from "../errors.ts";
import type { InputMap, Prover } from "../types.ts";
import { JobFailedError, JobQueueClosedError, UnknownJobError } from "./errors.ts";
import { jobId } from "./jobId.ts";
import type { CircuitOf, JobDescription, JobQueue, JobResult, JobStore, Recipe, StoredJob } from "./types.ts";

export type JobQueueOptions = {
  readonly store: JobStore;
  readonly prover: Pick<Prover, "prove">;
  readonly circuitOf: CircuitOf;
  readonly recipes?: Readonly<Record<string, Recipe>>;
  /** Jobs given to the prover at a time; 2 by default: while one is proven, the witness of the other is made. */
  readonly concurrency?: number;
  /** How often a job is tried, when it fails for a reason that may pass; 3 by default. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt, doubled for each one more; 1,000 by default. */
  readonly pause?: number;
  readonly logger?: Logger;
};

type Waiter = { resolve(result: JobResult): void; reject(error: Error): void };

/**
 * A durable queue of proofs with dependencies. Whatever was submitted is proven, by this queue or by the next one over the same store: a queue begins with the jobs it finds
 * there. Only a prover process that died is worth another attempt; any other failure ends the job and those that depend on it.
 */
export function createJobQueue(options: JobQueueOptions): JobQueue {
  const { store, prover, circuitOf, recipes = {}, concurrency = 2, attempts = 3, pause = 1_000 } = options;
  const logger = options.logger ?? silentLogger;
  const jobs = new Map<string, StoredJob>([...store.jobs.entries()].map(([id, job]) => [id, job]));
  const running = new Set<string>();
  const waiters = new Map<string, Waiter[]>();
  let number = Math.max(0, ...[...jobs.values()].map((job) => job.number));
  let closed = false;
  queueMicrotask(startJobs);

  function startJobs(): void {
    while (!closed && running.size < concurrency) {
      const next = [...jobs.values()]
        .filter(canStart)
        .sort((a, b) => b.priority - a.priority || a.number - b.number)[0];
      if (!next) return;
      running.add(next.id);
      void run(next);
    }
  }

  function canStart({ id, after, error }: StoredJob): boolean {
    return (
      !error && !running.has(id) && after.every((other) => store.results.get(other) !== undefined || isFailed(other))
    );
  }

  function isFailed(id: string): boolean {
    const job = jobs.get(id);
    // A dependency that nobody knows can't be waited for.
    return job ? job.error !== undefined : store.results.get(id) === undefined;
  }

  async function run(job: StoredJob): Promise<void> {
    try {
      await finish(job, await prove(job));
    } catch (error) {
      if (!closed && !(error instanceof ProverClosedError)) await fail(job, error);
    } finally {
      running.delete(job.id);
      startJobs();
    }
  }

  async function prove(job: StoredJob): Promise<JobResult> {
    // A crash between keeping a result and forgetting its job leaves both.
    const present = store.results.get(job.id);
    if (present) return present;
    const results = job.after.map((id) => {
      const result = store.results.get(id);
      if (!result) throw new JobFailedError(id, jobs.get(id)?.circuit ?? "a job", failureOf(id));
      return result;
    });
    const { publicInputs, proof, proofBytes } = await prover.prove(
      circuitOf(job.circuit),
      await inputsOf(job, results),
    );
    return { publicInputs, proof, proofBytes };
  }

  async function inputsOf({ inputs }: StoredJob, results: readonly JobResult[]): Promise<InputMap> {
    if ("given" in inputs) return inputs.given;
    const recipe = recipes[inputs.recipe];
    if (!recipe) throw new Error(`there is no recipe ${inputs.recipe}.`);
    return recipe(inputs.argument as never, results);
  }

  async function finish({ id, circuit }: StoredJob, result: JobResult): Promise<void> {
    await store.results.put(id, result);
    await store.jobs.delete(id);
    jobs.delete(id);
    logger.debug("Job done", { id, circuit });
    for (const { resolve } of takeWaiters(id)) resolve(result);
  }

  async function fail(job: StoredJob, error: unknown): Promise<void> {
    const failures = job.failures + 1;
    if (error instanceof ProverProcessError && failures < attempts) {
      await keep({ ...job, failures });
      logger.warn("Job failed and is tried again", {
        id: job.id,
        circuit: job.circuit,
        failures,
        reason: error.message,
      });
      await new Promise((resolve) => setTimeout(resolve, pause * 2 ** (failures - 1)).unref());
      return;
    }
    const reason =
      error instanceof FrondError ? error : { code: "UNEXPECTED", message: String((error as Error)?.message ?? error) };
    await keep({ ...job, failures, error: { code: reason.code, message: reason.message } });
    logger.error("Job failed", { id: job.id, circuit: job.circuit, reason: reason.message });
    for (const { reject } of takeWaiters(job.id)) reject(new JobFailedError(job.id, job.circuit, failureOf(job.id)));
  }

  async function keep(job: StoredJob): Promise<void> {
    jobs.set(job.id, job);
    await store.jobs.put(job.id, job);
  }

  function failureOf(id: string): { code: string; message: string } {
    return jobs.get(id)?.error ?? { code: "UNKNOWN_JOB", message: `There is no job ${id}.` };
  }

  function takeWaiters(id: string): Waiter[] {
    const taken = waiters.get(id) ?? [];
    waiters.delete(id);
    return taken;
  }

  return {
    async submit(description: JobDescription) {
      if (closed) throw new JobQueueClosedError();
      const id = jobId(description, circuitOf(description.circuit));
      const known = jobs.get(id);
      if (store.results.get(id) || (known && !known.error)) return id;
      await keep({ after: [], priority: 0, ...description, id, number: ++number, failures: 0 });
      startJobs();
      return id;
    },

    async result(id) {
      const present = store.results.get(id);
      if (present) return present;
      const job = jobs.get(id);
      if (!job) throw new UnknownJobError(id);
      if (job.error) throw new JobFailedError(id, job.circuit, job.error);
      if (closed) throw new JobQueueClosedError();
      return new Promise((resolve, reject) => {
        waiters.set(id, [...(waiters.get(id) ?? []), { resolve, reject }]);
      });
    },

    forget: (id) => store.results.delete(id),

    status() {
      const failed = [...jobs.values()].filter(({ error }) => error).length;
      return { waiting: jobs.size - failed - running.size, running: running.size, failed };
    },

    close() {
      closed = true;
      for (const id of [...waiters.keys()]) for (const { reject } of takeWaiters(id)) reject(new JobQueueClosedError());
    },
  };
}
