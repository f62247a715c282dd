import { jobMemory } from "../../pool/jobMemory.ts";
import type { Seat } from "../../pool/types.ts";
import { decode, jobMessageSchema } from "../messages.ts";
import { SIZE_LOGS, sizeLog } from "../names.ts";
import { replyMilliseconds } from "../replyMilliseconds.ts";
import { proveJob } from "./proveJob.ts";
import { sayPresence } from "./sayPresence.ts";
import type { Held, ServingState } from "./servingState.ts";
import { hasJobs, type Lease, takeJob } from "./takeJob.ts";

/** Takes the largest job whose memory is free, and begins with it; false if there is none. */
export async function takeJobs(state: ServingState): Promise<boolean> {
  const { pool, held } = state;
  const { link, names } = state.queue;
  const { sizing } = state.worker;
  for (const log of [...SIZE_LOGS].reverse()) {
    const rows = 2 ** log;
    const seat = pool.reserve({ id: "", rows, priority: 0 });
    if (!seat) {
      // What could start if the others were not under way has its turn before smaller ones, or it might never have one.
      const isForLater = jobMemory(rows) <= sizing.memoryBytes && held.size < sizing.workers;
      if (isForLater && (await hasJobs(link, names, log))) return false;
      continue;
    }
    const timeout = replyMilliseconds(state.takeAttempt);
    const lease = await takeJob(link, names, { log, timeout }).catch((error) => {
      seat.release();
      state.takeAttempt++;
      throw error;
    });
    state.takeAttempt = 1;
    if (lease && begin(state, lease, { log, seat })) return true;
    seat.release();
  }
  return false;
}

/** Starts with a job; false if there is nothing to start. */
function begin(
  state: ServingState,
  lease: Lease,
  { log, seat }: { readonly log: number; readonly seat: Seat },
): boolean {
  const { held, working } = state;
  const { logger } = state.worker;
  const job = decode(jobMessageSchema, lease.data);
  if (!job || sizeLog(job.rows) !== log) {
    logger.warn("A message of the queue is not a job that this version knows");
    lease.ack();
    return false;
  }
  const known = held.get(job.id);
  if (known) {
    known.leases.push(lease);
    return false;
  }
  const entry: Held = { leases: [lease], abort: new AbortController() };
  held.set(job.id, entry);
  const end = proveJob(state, job, { seat, entry })
    .catch((error) => logger.warn("A job was given back", { id: job.id, reason: (error as Error).message }))
    .finally(() => {
      held.delete(job.id);
      working.delete(end);
      seat.release();
      sayPresence(state);
    });
  working.add(end);
  sayPresence(state);
  return true;
}
