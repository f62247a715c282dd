import { JobOverdueError, WorkerLostError } from "../../queue/errors.ts";
import { offerAgain } from "./offerTask.ts";
import type { Offer, PoolState } from "./poolState.ts";
import { hasIdleWorker } from "./workers.ts";

/** Signs of life that may be missed before a worker counts as gone. */
const MISSED = 4;

/** Forgets workers that are gone, and finds jobs that no worker is at any more. */
export async function sweepOffers(state: PoolState): Promise<void> {
  const now = Date.now();
  const patience = state.heartbeatSeconds * 1_000 * MISSED;
  for (const [id, { seenAt }] of state.views) if (now - seenAt > patience) state.views.delete(id);
  for (const entry of [...state.offers.values()]) await sweepOffer(state, entry, { now, patience });
  state.events.onRoom();
}

async function sweepOffer(
  state: PoolState,
  entry: Offer,
  { now, patience }: { readonly now: number; readonly patience: number },
): Promise<void> {
  const { task, worker, droppedAt, takenAt, sequence, offeredAt } = entry;
  if (worker === undefined) {
    const isOld = sequence !== undefined && now - offeredAt > patience;
    if (isOld && (hasIdleWorker(state, task.rows) || (await isGone(state, sequence)))) await offerAgain(state, entry);
  } else if (!state.views.has(worker)) await lose(state, entry, new WorkerLostError(worker, "stopped answering"));
  else if (droppedAt !== undefined && now - droppedAt > patience)
    await lose(state, entry, new WorkerLostError(worker, "ended without a result"));
  else if (now - takenAt > state.jobSeconds(task.rows) * 1_000) {
    state.link.connection.publish(state.names.cancel(task.id));
    await lose(state, entry, new JobOverdueError(task.circuit.name, state.jobSeconds(task.rows)));
  }
}

async function lose(state: PoolState, entry: Offer, error: Error): Promise<void> {
  const isWorthMore = await entry.task.onLost(error);
  if (state.offers.get(entry.task.id) !== entry) return;
  if (isWorthMore) await offerAgain(state, entry);
  else entry.reject(error);
}

/** Whether a message was taken off the stream, although no result came of it. */
async function isGone({ link, names }: PoolState, sequence: number): Promise<boolean> {
  try {
    return (await link.manager.streams.getMessage(names.jobsStream, { seq: sequence })) === null;
  } catch {
    return false;
  }
}
