import type { QueueState } from "./queueState.ts";
import type { QueueStatus } from "./types.ts";
import { recordOf } from "./workerRecords.ts";

/** What the queue and its workers are at. */
export function queueStatus(state: QueueState): QueueStatus {
  const list = [...state.jobs.values()];
  const running = list.flatMap(({ id, kind, circuitName }) => {
    const { worker, since } = state.running.get(id) ?? {};
    if (worker === undefined || since === undefined) return [];
    return [{ id, kind, circuit: circuitName, worker, seconds: (performance.now() - since) / 1_000 }];
  });
  const failed = list.flatMap(({ id, kind, error }) => (error ? [{ id, kind, error }] : []));
  const workers = state.pool.workers().map((worker) => ({ ...worker, ...recordOf(state, worker.id) }));
  return { waiting: list.length - running.length - failed.length, running, failed, workers };
}
