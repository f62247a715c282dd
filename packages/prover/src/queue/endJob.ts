import { FrondError } from "@frond/foundation";
import { DependencyFailedError, JobFailedError } from "./errors.ts";
import { judgeFailure, type Tries, triesOf } from "./judgeFailure.ts";
import { keepJob, type QueueState, removeJob, takeWaiters, tell } from "./queueState.ts";
import type { JobFailure, ProvenJob, StoredProofJob } from "./types.ts";

const LONGEST_PAUSE_MILLISECONDS = 60_000;
/** Several workers that all made a proof which does not verify are believed. */
const FINAL = new Set(["PROOF_DOES_NOT_VERIFY"]);

/** Keeps a job's result and forgets the job; whoever waits is told. */
export async function finishJob(state: QueueState, job: StoredProofJob, result: ProvenJob): Promise<void> {
  state.verified.add(job.id);
  await state.store.results.put(job.id, result);
  await removeJob(state, job);
  const { worker, provingSeconds } = result;
  tell(state, job, { event: "proven", worker, provingSeconds });
  for (const { resolve } of takeWaiters(state, job.id)) resolve(result);
}

/** After an attempt that failed: the job rests before the next, or is given up. */
export async function failJob(state: QueueState, job: StoredProofJob, error: unknown): Promise<void> {
  const known = state.jobs.get(job.id);
  if (!known) return;
  const { isWorthMore, tries } = judgeFailure(triesOf(known), error, state.attempts);
  if (!isWorthMore) return giveUp(state, job, { tries, error: reasonOf(error) });
  await noteFailure(state, job, { tries, error: error as Error });
  rest(state, job.id, tries.failures + tries.overdues);
}

/** Counts an attempt that failed, and after which there will be another. */
export async function noteFailure(
  state: QueueState,
  job: StoredProofJob,
  { tries: { failures, overdues }, error }: { readonly tries: Tries; readonly error: Error },
): Promise<void> {
  const reason = error.message;
  await keepJob(state, { ...(state.jobs.get(job.id) ?? job), failures, overdues });
  const { id, circuitName: circuit } = job;
  state.logger.warn("A proof is tried again", { id, circuit, failures, overdues, reason });
  tell(state, job, { event: "retried", reason });
}

/** Keeps why a job is not tried again; whoever waits is told. */
export async function giveUp(
  state: QueueState,
  job: StoredProofJob,
  { tries: { failures, overdues }, error }: { readonly tries: Tries; readonly error: JobFailure },
): Promise<void> {
  await keepJob(state, { ...(state.jobs.get(job.id) ?? job), failures, overdues, error });
  state.logger.error("A proof was given up", { id: job.id, circuit: job.circuitName, reason: error.message });
  tell(state, job, { event: "failed", reason: error.message });
  for (const { reject } of takeWaiters(state, job.id)) reject(new JobFailedError(job.id, job.circuitName, error));
}

/** Gives a job up because one that it needs was. */
export async function giveUpAfter(state: QueueState, job: StoredProofJob, dependency: string): Promise<void> {
  const failure = failureOf(state, dependency);
  const error = { ...reasonOf(new DependencyFailedError(dependency, failure)), isFinal: failure.isFinal };
  await giveUp(state, job, { tries: triesOf(job), error });
}

function rest({ resting, pauseMilliseconds, startJobs }: QueueState, id: string, tries: number): void {
  resting.add(id);
  const pause = Math.min(LONGEST_PAUSE_MILLISECONDS, pauseMilliseconds * 2 ** (tries - 1));
  setTimeout(() => {
    resting.delete(id);
    startJobs();
  }, pause).unref();
}

function failureOf({ jobs }: QueueState, id: string): JobFailure {
  return jobs.get(id)?.error ?? { code: "UNKNOWN_JOB", message: `There is no job ${id}.`, isFinal: false };
}

function reasonOf(error: unknown): JobFailure {
  if (!(error instanceof FrondError))
    return { code: "UNEXPECTED", message: String((error as Error)?.message ?? error), isFinal: false };
  return { code: error.code, message: error.message, isFinal: FINAL.has(error.code) };
}
