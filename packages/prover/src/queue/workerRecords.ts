import type { QueueState } from "./queueState.ts";
import type { WorkerRecord } from "./types.ts";

/** Wrong results after which a worker is ignored. */
const MOST_LIES = 2;

/** What is remembered of a worker, and whether it is ignored. */
export function recordOf(
  { records }: Pick<QueueState, "records">,
  worker: string,
): WorkerRecord & { readonly ignored: boolean } {
  const { done, lies } = records.get(worker) ?? { done: 0, lies: 0 };
  return { done, lies, ignored: lies >= MOST_LIES };
}

/** Counts one more job done, or one more lie; a worker that lied too often is ignored from now on. */
export async function countFor(state: QueueState, worker: string, what: "done" | "lies"): Promise<WorkerRecord> {
  const { done, lies } = recordOf(state, worker);
  const next = { done, lies, [what]: (what === "done" ? done : lies) + 1 };
  state.records.set(worker, next);
  await state.store.workers.put(worker, next);
  if (recordOf(state, worker).ignored && what === "lies") state.pool.ignore(worker);
  return next;
}
