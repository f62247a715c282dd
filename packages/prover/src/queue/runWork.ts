import type { Seat } from "../pool/types.ts";
import { failJob } from "./endJob.ts";
import type { QueueState } from "./queueState.ts";
import type { StoredProofJob } from "./types.ts";

/**
 * Does one piece of work at a job that nobody else is at meanwhile, and keeps that it failed if it does. Never rejects.
 */
export function runWork(
  state: QueueState,
  job: StoredProofJob,
  { work, seat }: { readonly work: (signal: AbortSignal) => Promise<void>; readonly seat?: Seat },
): Promise<void> {
  const { running, working, logger } = state;
  const abort = new AbortController();
  running.set(job.id, { since: performance.now(), abort });
  const end = work(abort.signal)
    .catch((error) => (state.isClosing || abort.signal.aborted ? undefined : failJob(state, job, error)))
    .catch((error) => logger.error("The store of the proof queue failed", { id: job.id, reason: String(error) }))
    .finally(() => {
      seat?.release();
      if (running.get(job.id)?.abort === abort) running.delete(job.id);
      working.delete(end);
      state.startJobs();
    });
  working.add(end);
  return end;
}
