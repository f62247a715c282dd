import { sleep } from "@frond/foundation";
import { createCircuitShelf } from "../../circuits/circuitShelf.ts";
import { createLocalPool } from "../../pool/createLocalPool.ts";
import { ReferenceStringMismatchError, WorkerIgnoredError } from "../errors.ts";
import type { QueueRecord } from "../messages.ts";
import { lastToken } from "../names.ts";
import { findQueue } from "../queueStreams.ts";
import { readObject } from "./readObject.ts";
import { sayPresence } from "./sayPresence.ts";
import { type ServedQueue, type ServingState, type ServingWorker, stopServing } from "./servingState.ts";
import { takeJobs } from "./takeJobs.ts";

const POLL_MILLISECONDS = 1_000;
/** Extensions asked for in the time of a lease. */
const BEATS = 4;

/**
 * Takes jobs from the largest size to the smallest, each when its memory is free, until `signal` says stop. Then what
 * is under way is given back.
 * @throws ReferenceStringMismatchError, WorkerIgnoredError
 */
export async function serveQueue(queue: ServedQueue, worker: ServingWorker, signal: AbortSignal): Promise<void> {
  requireSameReferenceString(queue.record, worker);
  const state = createState(queue, worker);
  const unsubscribe = listen(state);
  const onAbort = () => stopServing(state);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) stopServing(state);
  const { heartbeatSeconds, leaseSeconds } = queue.record;
  const timers = [
    setInterval(() => sayPresence(state), heartbeatSeconds * 1_000),
    setInterval(() => extendLeases(state), (leaseSeconds * 1_000) / BEATS),
  ];
  try {
    sayPresence(state);
    worker.onEvent({ event: "joined", worker: worker.id, queue: worker.name, ...worker.sizing });
    await work(state);
  } finally {
    for (const timer of timers) clearInterval(timer);
    signal.removeEventListener("abort", onAbort);
    await giveBack(state);
    unsubscribe();
    sayPresence(state, true);
    await queue.link.connection.flush().catch(() => {});
  }
  if (state.failure) throw state.failure;
}

function createState(queue: ServedQueue, worker: ServingWorker): ServingState {
  const { referenceString, cacheDirectory, niceness, logger, tracer, sizing, id } = worker;
  const stopping = new AbortController();
  const places = { referenceString, cacheDirectory, niceness, logger, tracer };
  const fetch = (circuit: string) => readObject(queue.circuits, circuit, stopping.signal);
  const state: ServingState = {
    queue,
    worker,
    pool: createLocalPool({ ...sizing, ...places, name: id, onRoom: () => state.wake() }),
    circuits: createCircuitShelf({ cacheDirectory, logger, fetch }),
    held: new Map(),
    working: new Set(),
    stopping,
    pace: [],
    takeAttempt: 1,
    failure: undefined,
    wake: () => {},
  };
  return state;
}

/** Looks for jobs again and again: at once after one was begun, else when something has changed or after a pause. */
async function work(state: ServingState): Promise<void> {
  while (!state.stopping.signal.aborted) {
    const woken = new Promise<void>((resolve) => {
      state.wake = resolve;
    });
    const isBusy = await takeJobs(state).catch((error) => {
      state.worker.logger.warn("NATS can't be asked for jobs; trying again", { reason: (error as Error).message });
      return false;
    });
    if (!isBusy) await Promise.race([woken, sleep(POLL_MILLISECONDS)]);
  }
}

/** Takes what the queue says to its workers, until the function that this returns is called. */
function listen(state: ServingState): () => void {
  const { link, names } = state.queue;
  const { connection } = link;
  const { id } = state.worker;
  const subscriptions = [
    connection.subscribe(names.cancel("*"), { callback: (_, { subject }) => cancel(state, lastToken(subject)) }),
    connection.subscribe(names.doorbell, { callback: () => state.wake() }),
    connection.subscribe(names.hello, { callback: () => void greet(state) }),
    connection.subscribe(names.ignored(id), { callback: () => stopServing(state, new WorkerIgnoredError(id)) }),
  ];
  return () => {
    for (const subscription of subscriptions) subscription.unsubscribe();
  };
}

/** A queue that is opened anew may have become another. */
async function greet(state: ServingState): Promise<void> {
  sayPresence(state);
  try {
    const found = await findQueue(state.queue.link, state.queue.names);
    if (found) requireSameReferenceString(found.record, state.worker);
  } catch (error) {
    if (error instanceof ReferenceStringMismatchError) stopServing(state, error);
  }
}

function cancel({ held }: ServingState, job: string): void {
  const entry = held.get(job);
  if (!entry) return;
  entry.isCancelled = true;
  for (const lease of entry.leases.splice(0)) lease.ack();
  entry.abort.abort();
}

function extendLeases({ held }: ServingState): void {
  for (const { leases } of held.values()) for (const lease of leases) lease.extend();
}

/** Stops what is under way, gives it back, and ends the processes. */
async function giveBack({ held, working, pool }: ServingState): Promise<void> {
  for (const { leases, abort } of held.values()) {
    abort.abort();
    for (const lease of leases) lease.giveBack();
  }
  await Promise.all(working);
  await pool.close();
}

function requireSameReferenceString({ referenceString: expected }: QueueRecord, worker: ServingWorker): void {
  const { kind, id } = worker.referenceString;
  if (expected.id !== id) {
    throw new ReferenceStringMismatchError({ queue: worker.name, expected, actual: { kind, id } });
  }
}
