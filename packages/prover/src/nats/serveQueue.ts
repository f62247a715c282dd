import { hostname } from "node:os";
import { FrondError, type Logger, retry, sleep } from "@frond/foundation";
import { createCircuitShelf } from "../circuits/circuitShelf.ts";
import { UnknownCircuitError } from "../circuits/errors.ts";
import { createLocalPool } from "../pool/createLocalPool.ts";
import { jobMemory } from "../pool/jobMemory.ts";
import type { Sizing } from "../pool/sizing.ts";
import type { Claim, Seat } from "../pool/types.ts";
import { inputsHash } from "../queue/encodeInputs.ts";
import { MissingInputsError } from "../queue/errors.ts";
import { limitSeconds, notePace, type Pace } from "../queue/timeLimit.ts";
import type { JobKind } from "../queue/types.ts";
import type { ReferenceString } from "../types.ts";
import type { NatsLink } from "./connectNats.ts";
import { ReferenceStringMismatchError, WorkerIgnoredError } from "./errors.ts";
import {
  decode,
  encodeResult,
  type JobMessage,
  jobMessageSchema,
  MESSAGE_VERSION,
  type Presence,
  type QueueRecord,
} from "./messages.ts";
import { lastToken, type QueueNames, SIZE_LOGS, sizeLog } from "./names.ts";
import { findQueue, type QueueObjects } from "./queueStreams.ts";
import { readObject } from "./readObject.ts";
import { replyMilliseconds } from "./replyMilliseconds.ts";
import { hasJobs, type Lease, takeJob } from "./takeJob.ts";

/** What happens to a worker. "waiting": nobody has opened the queue yet. */
export type WorkerEvent =
  | { readonly event: "waiting" }
  | ({ readonly event: "joined"; readonly worker: string; readonly queue: string } & Sizing)
  | { readonly event: "started"; readonly job: string; readonly kind: JobKind; readonly circuit: string }
  | { readonly event: "proven"; readonly job: string; readonly witnessSeconds: number; readonly provingSeconds: number }
  | { readonly event: "refused"; readonly job: string; readonly code: string; readonly message: string };

export type ServedQueue = QueueObjects & {
  readonly record: QueueRecord;
  readonly link: NatsLink;
  readonly names: QueueNames;
};

export type ServingWorker = {
  readonly id: string;
  readonly name: string;
  readonly referenceString: ReferenceString;
  readonly cacheDirectory: string;
  readonly niceness: number;
  readonly sizing: Sizing;
  readonly onEvent: (event: WorkerEvent) => void;
  readonly logger: Logger;
};

/** A job under way. It has several leases when the first ran out and it came back to the same worker. */
type Held = { readonly leases: Lease[]; readonly abort: AbortController; isCancelled?: true };

const POLL_MILLISECONDS = 1_000;
const RETRY = { pauseMilliseconds: 1_000, longestPauseMilliseconds: 5_000 };
/** Times the limit of the queue. */
const SLACK = 4;
/** Extensions asked for in the time of a lease. */
const BEATS = 4;

/**
 * Takes jobs from the largest size to the smallest, each when its memory is free, until `signal` says stop. Then what
 * is under way is given back.
 * @throws ReferenceStringMismatchError, WorkerIgnoredError
 */
export async function serveQueue(queue: ServedQueue, worker: ServingWorker, signal: AbortSignal): Promise<void> {
  const { link, names, record } = queue;
  const { id, sizing, onEvent, logger, cacheDirectory } = worker;
  const { connection, js } = link;
  requireSameReferenceString(record, worker);
  const stopping = new AbortController();
  let failure: Error | undefined;
  let takeAttempt = 1;
  let wake = () => {};
  const held = new Map<string, Held>();
  const working = new Set<Promise<void>>();
  const { referenceString, niceness } = worker;
  const places = { referenceString, cacheDirectory, niceness, logger };
  let pace: Pace = [];
  const pool = createLocalPool({ ...sizing, ...places, name: id, onRoom: () => wake() });
  const fetch = (circuit: string) => readObject(queue.circuits, circuit, stopping.signal);
  const circuits = createCircuitShelf({ cacheDirectory, logger, fetch });

  const stop = (error?: Error) => {
    failure ??= error;
    stopping.abort();
    wake();
  };
  const beat = (isLeaving = false) => {
    const presence: Presence = {
      version: MESSAGE_VERSION,
      host: hostname().slice(0, 255),
      referenceString: referenceString.id,
      workers: sizing.workers,
      memoryBytes: sizing.memoryBytes,
      running: isLeaving ? [] : [...held.keys()],
      isLeaving,
    };
    if (!connection.isClosed()) connection.publish(names.presence(id), JSON.stringify(presence));
  };
  const extend = () => {
    for (const { leases } of held.values()) for (const lease of leases) lease.extend();
  };

  async function takeJobs(): Promise<boolean> {
    for (const log of [...SIZE_LOGS].reverse()) {
      const rows = 2 ** log;
      const seat = pool.reserve({ id: "", rows, priority: 0 });
      if (!seat) {
        // What could start if the others were not under way has its turn before smaller ones, or it might never have
        // one.
        const isForLater = jobMemory(rows) <= sizing.memoryBytes && held.size < sizing.workers;
        if (isForLater && (await hasJobs(link, names, log))) return false;
        continue;
      }
      const lease = await takeJob(link, names, { log, timeout: replyMilliseconds(takeAttempt) }).catch((error) => {
        seat.release();
        takeAttempt++;
        throw error;
      });
      takeAttempt = 1;
      if (lease && begin(lease, log, seat)) return true;
      seat.release();
    }
    return false;
  }

  /** Starts with a job; false if there is nothing to start. */
  function begin(lease: Lease, log: number, seat: Seat): boolean {
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
    const end = prove(job, seat, entry)
      .catch((error) => logger.warn("A job was given back", { id: job.id, reason: (error as Error).message }))
      .finally(() => {
        held.delete(job.id);
        working.delete(end);
        seat.release();
        beat();
      });
    working.add(end);
    beat();
    return true;
  }

  async function prove(job: JobMessage, seat: Seat, entry: Held): Promise<void> {
    const claim = await claimOf(job, seat, entry.abort.signal);
    if (claim) await deliver(encodeResult(job.id, claim));
    else {
      // The job was offered anew after it was cancelled.
      if (entry.isCancelled) for (const lease of entry.leases) lease.giveBack();
      return;
    }
    for (const lease of entry.leases) lease.ack();
    if ("proof" in claim) {
      const { witnessSeconds, provingSeconds } = claim.proof;
      pace = notePace(pace, { rows: job.rows, seconds: provingSeconds });
      onEvent({ event: "proven", job: job.id, witnessSeconds, provingSeconds });
    } else onEvent({ event: "refused", job: job.id, ...claim.refusal });
  }

  /** What can be said of a job; undefined when it was stopped. */
  async function claimOf(job: JobMessage, seat: Seat, signal: AbortSignal): Promise<Claim | undefined> {
    const { id, kind, rows } = job;
    try {
      const circuit = await circuits.get(job.circuit);
      if (!circuit || circuit.dyadic !== rows) throw new UnknownCircuitError(job.circuit);
      onEvent({ event: "started", job: id, kind, circuit: circuit.name });
      const task = { id, kind, rows, priority: 0, circuit, circuitId: job.circuit, inputsHash: job.inputs };
      // The queue stops a job that takes too long. This is for one whose queue is away, and comes later.
      const limit = () => SLACK * Math.max(job.limitSeconds ?? 0, limitSeconds({ rows, overdues: 0, pace }));
      const none = { onStarted() {}, onLost: async () => true, failures: () => 0, limitSeconds: limit };
      return await seat.run({ ...task, ...none, readInputs: () => readInputs(job.inputs, signal) }, signal);
    } catch (error) {
      if (signal.aborted || stopping.signal.aborted) return undefined;
      const code = error instanceof FrondError ? error.code : "UNEXPECTED";
      return { worker: worker.id, isTrusted: false, refusal: { code, message: (error as Error).message } };
    }
  }

  async function readInputs(hash: string, signal: AbortSignal): Promise<Uint8Array> {
    const bytes = await readObject(queue.inputs, hash, signal);
    if (!bytes || inputsHash(bytes) !== hash) throw new MissingInputsError(hash);
    return bytes;
  }

  /** A result outlives an interruption of NATS: the lease may run out meanwhile, and a second result does no harm. */
  async function deliver(result: string): Promise<void> {
    await retry((number) => js.publish(names.results(id), result, { timeout: replyMilliseconds(number) }), {
      what: "Giving a result to NATS",
      signal: stopping.signal,
      logger,
      ...RETRY,
    });
  }

  /** A queue that is opened anew may have become another. */
  async function greet(): Promise<void> {
    beat();
    try {
      const found = await findQueue(link, names);
      if (found) requireSameReferenceString(found.record, worker);
    } catch (error) {
      if (error instanceof ReferenceStringMismatchError) stop(error);
    }
  }

  function cancel(job: string): void {
    const entry = held.get(job);
    if (!entry) return;
    entry.isCancelled = true;
    for (const lease of entry.leases.splice(0)) lease.ack();
    entry.abort.abort();
  }

  const subscriptions = [
    connection.subscribe(names.cancel("*"), { callback: (_, { subject }) => cancel(lastToken(subject)) }),
    connection.subscribe(names.doorbell, { callback: () => wake() }),
    connection.subscribe(names.hello, { callback: () => void greet() }),
    connection.subscribe(names.ignored(id), { callback: () => stop(new WorkerIgnoredError(id)) }),
  ];
  const onAbort = () => stop();
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) stop();
  const timers = [
    setInterval(() => beat(), record.heartbeatSeconds * 1_000),
    setInterval(extend, (record.leaseSeconds * 1_000) / BEATS),
  ];
  try {
    beat();
    onEvent({ event: "joined", worker: id, queue: worker.name, ...sizing });
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const isBusy = await takeJobs().catch((error) => {
        logger.warn("NATS can't be asked for jobs; trying again", { reason: (error as Error).message });
        return false;
      });
      if (!isBusy) await Promise.race([woken, sleep(POLL_MILLISECONDS)]);
    }
  } finally {
    for (const timer of timers) clearInterval(timer);
    signal.removeEventListener("abort", onAbort);
    for (const { leases, abort } of held.values()) {
      abort.abort();
      for (const lease of leases) lease.giveBack();
    }
    await Promise.all(working);
    await pool.close();
    for (const subscription of subscriptions) subscription.unsubscribe();
    beat(true);
    await connection.flush().catch(() => {});
  }
  if (failure) throw failure;
}

function requireSameReferenceString({ referenceString: expected }: QueueRecord, worker: ServingWorker): void {
  const { kind, id } = worker.referenceString;
  if (expected.id !== id) {
    throw new ReferenceStringMismatchError({ queue: worker.name, expected, actual: { kind, id } });
  }
}
