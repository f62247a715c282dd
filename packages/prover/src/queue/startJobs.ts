import type { Seat, Task } from "../pool/types.ts";
import type { PreparedCircuit } from "../types.ts";
import { finishJob, giveUpAfter, noteFailure } from "./endJob.ts";
import { judgeFailure, triesOf } from "./judgeFailure.ts";
import { type QueueState, tell } from "./queueState.ts";
import { readInputs } from "./readInputs.ts";
import { runWork } from "./runWork.ts";
import { settleClaim } from "./settleClaim.ts";
import { isVerified } from "./storedResult.ts";
import { limitSeconds } from "./timeLimit.ts";
import type { StoredProofJob } from "./types.ts";

/** Gives jobs that can start to the pool, the most urgent first, as far as there is room. */
export function startJobs(state: QueueState): void {
  if (state.isClosing) return;
  const ready = [...state.jobs.values()]
    .filter((job) => canStart(state, job))
    .sort((a, b) => b.priority - a.priority || a.number - b.number);
  for (const job of ready) {
    const failed = job.after.find((id) => isFailed(state, id));
    if (failed !== undefined) void runWork(state, job, { work: () => giveUpAfter(state, job, failed) });
    else {
      const seat = state.pool.reserve(job);
      if (seat) void runWork(state, job, { work: (signal) => attempt(state, job, { seat, signal }), seat });
      else if (state.pool.keepsOrder) return;
    }
  }
}

function canStart(state: QueueState, { id, circuit, after, error }: StoredProofJob): boolean {
  if (error || state.running.has(id) || state.resting.has(id) || state.missing.has(circuit)) return false;
  return after.every((other) => state.store.results.get(other) !== undefined || isFailed(state, other));
}

function isFailed({ jobs, store }: QueueState, id: string): boolean {
  const job = jobs.get(id);
  // A dependency that nobody knows can't be waited for.
  return job ? job.error !== undefined : store.results.get(id) === undefined;
}

async function attempt(
  state: QueueState,
  job: StoredProofJob,
  { seat, signal }: { readonly seat: Seat; readonly signal: AbortSignal },
): Promise<void> {
  const circuit = await state.circuits.get(job.circuit);
  if (!circuit) {
    state.missing.add(job.circuit);
    state.logger.warn("A job waits for its circuit to be registered", { id: job.id, circuit: job.circuitName });
    return;
  }
  // A crash between keeping a result and forgetting its job leaves both.
  const present = state.store.results.get(job.id);
  if (present && (await isVerified(state, job.id, present))) return finishJob(state, job, present);
  const claim = await seat.run(taskOf(state, job, circuit), signal);
  if (!signal.aborted) await settleClaim(state, job, { circuit, claim });
}

function taskOf(state: QueueState, job: StoredProofJob, circuit: PreparedCircuit): Task {
  const { id, rows, priority, kind, inputsHash, trace } = job;
  return {
    id,
    rows,
    priority,
    kind,
    circuit,
    circuitId: job.circuit,
    inputsHash,
    trace,
    readInputs: () => readInputs(state, inputsHash),
    onStarted(worker) {
      const entry = state.running.get(id);
      if (!entry) return;
      state.running.set(id, { ...entry, since: performance.now(), worker });
      tell(state, job, { event: "started", worker });
    },
    limitSeconds: () =>
      limitSeconds({ rows, overdues: state.jobs.get(id)?.overdues ?? 0, pace: state.pace }, state.jobSeconds),
    failures: () => state.jobs.get(id)?.failures ?? 0,
    async onLost(error) {
      const known = state.jobs.get(id);
      if (!known) return false;
      const { isWorthMore, tries } = judgeFailure(triesOf(known), error, state.attempts);
      if (isWorthMore) await noteFailure(state, job, { tries, error });
      return isWorthMore;
    },
  };
}
