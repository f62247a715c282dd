import { JobOverdueError, WorkerLostError } from "../../queue/errors.ts";
import { judgeOffer, type OfferState, signPatience } from "../judgeOffer.ts";
import { offerAgain } from "./offerTask.ts";
import type { Offer, PoolState, View } from "./poolState.ts";
import { hasIdleWorker } from "./workers.ts";

/** Signs of life that may be missed before nothing is remembered of a worker. */
const FORGOTTEN = 100;

/** Forgets workers that have long been gone, and finds jobs that no worker is at any more. */
export async function sweepOffers(state: PoolState): Promise<void> {
  const now = state.clock.now();
  const heartbeat = state.heartbeatSeconds * 1_000;
  for (const [id, { seenAt }] of state.views) if (now - seenAt > heartbeat * FORGOTTEN) state.views.delete(id);
  for (const entry of [...state.offers.values()]) await sweepOffer(state, entry, now);
  state.events.onRoom();
}

async function sweepOffer(state: PoolState, entry: Offer, now: number): Promise<void> {
  const { task, worker, sequence } = entry;
  const view = worker === undefined ? undefined : state.views.get(worker);
  const patience = {
    sign: signPatience(state.heartbeatSeconds * 1_000, { gap: view?.gap ?? 0, failures: task.failures() }),
    job: task.limitSeconds() * 1_000,
  };
  switch (judgeOffer(stateOf(entry, view, now), patience)) {
    case "look":
      if (hasIdleWorker(state, task.rows) || (await isGone(state, sequence!))) await offerAgain(state, entry);
      break;
    case "silent":
      await lose(state, entry, new WorkerLostError(worker!, "stopped answering"));
      break;
    case "dropped":
      await lose(state, entry, new WorkerLostError(worker!, "ended without a result"));
      break;
    case "overdue":
      state.link.connection.publish(state.names.cancel(task.id));
      await lose(state, entry, new JobOverdueError(task.circuit.name, task.limitSeconds()));
      break;
    case "wait":
  }
}

function stateOf(entry: Offer, view: View | undefined, now: number): OfferState {
  const { worker, sequence, offeredAt, takenAt, droppedAt } = entry;
  if (worker === undefined) return { kind: "offered", waiting: sequence === undefined ? undefined : now - offeredAt };
  return {
    kind: "taken",
    running: now - takenAt,
    silent: view === undefined ? Number.POSITIVE_INFINITY : now - view.seenAt,
    dropped: droppedAt === undefined ? undefined : now - droppedAt,
  };
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
