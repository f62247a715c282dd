import type { Logger } from "@frond/foundation";
import { retry, sleep } from "@frond/foundation";
import type { ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import type { Msg } from "@nats-io/transport-node";
import { packCircuit } from "../circuits/packCircuit.ts";
import { jobMemory } from "../pool/jobMemory.ts";
import type { Claim, Demand, Pool, PoolEvents, Seat, Task } from "../pool/types.ts";
import { createLimiter } from "../process/limiter.ts";
import { JobForgottenError, JobOverdueError, WorkerLostError } from "../queue/errors.ts";
import { createAwakeClock } from "./awakeClock.ts";
import type { NatsLink } from "./connectNats.ts";
import { judgeOffer, noteGap, type OfferState, signPatience } from "./judgeOffer.ts";
import { decode, decodeResult, type JobMessage, MESSAGE_VERSION, type Presence, presenceSchema } from "./messages.ts";
import { consumerOf, lastToken, type QueueNames, SIZE_LOGS, sizeLog } from "./names.ts";
import { COORDINATOR, type QueueObjects } from "./queueStreams.ts";
import { replyMilliseconds } from "./replyMilliseconds.ts";

export type NatsPoolOptions = {
  readonly link: NatsLink;
  readonly names: QueueNames;
  readonly objects: QueueObjects;
  /** Makes what a NATS that lost its data does not have any more. */
  readonly makeStreams: () => Promise<unknown>;
  /** Workers with another one are left alone. */
  readonly referenceString: string;
  readonly heartbeatSeconds: number;
  readonly logger: Logger;
};

/** `gap`: the longest of late between two signs of life. Times are those of the awake clock. */
type View = Presence & { readonly id: string; readonly seenAt: number; readonly gap: number };

/** A task that was given to whoever takes it. */
type Offer = {
  readonly task: Task;
  readonly accept: (claim: Claim, message?: JsMsg) => void;
  readonly reject: (error: Error) => void;
  /** Its message in the stream; undefined while it is being published, or when a worker was at it already. */
  sequence: number | undefined;
  offeredAt: number;
  worker: string | undefined;
  takenAt: number;
  /** Since when the worker says that it is not at it any more. */
  droppedAt: number | undefined;
};

/** Signs of life that may be missed before nothing is remembered of a worker. */
const FORGOTTEN = 100;
/** Jobs that are offered when nobody is known to be idle. */
const FEWEST_OFFERS = 2;
/** Milliseconds in which workers answer a queue that has just begun. */
const HELLO_MILLISECONDS = 400;
/** The longest that results from before the start are waited for. */
const BACKLOG_MILLISECONDS = 10_000;
const RETRY = { pauseMilliseconds: 1_000, longestPauseMilliseconds: 5_000 };

/**
 * Workers on other machines. Jobs lie in a work queue stream from which workers take what fits them; a worker whose
 * lease runs out loses its job to another. Only as many are
 * offered as idle workers will soon take (twice as many), so that a job that becomes urgent waits for few others.
 * Nothing that comes from a worker is believed here.
 */
export function createNatsPool(options: NatsPoolOptions, events: PoolEvents): Pool {
  const { link, names, objects, referenceString, heartbeatSeconds, logger } = options;
  const { connection, js, manager } = link;
  const offers = new Map<string, Offer>();
  /** Jobs that are offered, or about to be, and that no worker has taken. */
  const seated = new Map<string, Demand>();
  const views = new Map<string, View>();
  const ignored = new Set<string>();
  const uploaded = new Set<string>();
  /** One at a time, or what is being removed for one job could be missing for the next. */
  const inInputs = createLimiter(1);
  let isOpen = false;
  let closing: Promise<void> | undefined;
  const ended = new AbortController();
  const heartbeat = heartbeatSeconds * 1_000;
  let isConnected = true;
  const clock = createAwakeClock({ longestStep: 2 * heartbeat, isHearing: () => isConnected });

  const subscription = connection.subscribe(names.presence("*"), { callback: (_, message) => notePresence(message) });
  let results: ConsumerMessages | undefined;
  /** When what came while nobody had the queue open has been looked at, so that none of it is offered again. */
  let caughtUp: Promise<void> = Promise.resolve();
  const sweeping = setInterval(() => void sweep(), heartbeat);
  sweeping.unref();
  // Both end when the queue is closed.
  open().catch(() => {});
  followConnection().catch(() => {});

  async function followConnection(): Promise<void> {
    for await (const { type } of connection.status()) {
      clock.now();
      if (type === "disconnect") isConnected = false;
      if (type === "reconnect") isConnected = true;
    }
  }

  /** What lies in the stream was offered by a queue that has ended; what workers are at, they say. */
  async function open(): Promise<void> {
    await insist("Opening the queue in NATS", async () => {
      await manager.streams.purge(names.jobsStream);
      await renewConsumers();
      connection.publish(names.hello);
      await sleep(HELLO_MILLISECONDS);
      await followResults();
      await Promise.race([caughtUp, sleep(BACKLOG_MILLISECONDS)]);
    });
    isOpen = true;
    events.onRoom();
    for await (const { type } of connection.status()) {
      if (type === "reconnect" && !closing) await insist("Joining NATS again", joinAgain).catch(() => {});
    }
  }

  /**
   * After a purge NATS 2.9 may count wrongly what a consumer has to give, and then answer that there is nothing. A new
   * one counts anew. A new one for results gives at once what the queue before was given and did not get done with.
   */
  async function renewConsumers(): Promise<void> {
    const removals = SIZE_LOGS.map((log) => manager.consumers.delete(names.jobsStream, consumerOf(log)));
    removals.push(manager.consumers.delete(names.resultsStream, COORDINATOR));
    // One that is not there any more need not be removed.
    await Promise.allSettled(removals);
    await options.makeStreams();
  }

  /** NATS may have lost what it held. Offers that are missing are found by the next sweeps. */
  async function joinAgain(): Promise<void> {
    uploaded.clear();
    await options.makeStreams();
    await followResults();
  }

  async function followResults(): Promise<void> {
    await results?.close();
    const consumer = await js.consumers.get(names.resultsStream, COORDINATOR);
    const { num_pending, num_ack_pending } = await consumer.info();
    let backlog = num_pending + num_ack_pending;
    let onCaughtUp = () => {};
    caughtUp = new Promise((resolve) => {
      onCaughtUp = resolve;
    });
    if (backlog === 0) onCaughtUp();
    const callback = async (message: JsMsg) => {
      await receive(message).catch((error) => logger.warn("A result was not looked at", { reason: String(error) }));
      if (--backlog === 0) onCaughtUp();
    };
    results = await consumer.consume({ callback: (message) => void callback(message) });
  }

  /** Does something that fails while NATS is away, until it succeeds. */
  function insist<T>(what: string, work: (attempt: number) => Promise<T>, given?: AbortSignal): Promise<T> {
    const signal = given === undefined ? ended.signal : AbortSignal.any([ended.signal, given]);
    return retry(work, { what, signal, logger, ...RETRY });
  }

  async function offer(task: Task, signal: AbortSignal): Promise<{ claim: Claim; message: JsMsg | undefined }> {
    let withdraw: (() => void) | undefined;
    const answer = new Promise<{ claim: Claim; message: JsMsg | undefined }>((resolve, reject) => {
      const worker = workerAt(task.id);
      const now = clock.now();
      offers.set(task.id, {
        task,
        accept: (claim, message) => resolve({ claim, message }),
        reject,
        sequence: undefined,
        offeredAt: now,
        worker: undefined,
        takenAt: now,
        droppedAt: undefined,
      });
      if (worker !== undefined) take(offers.get(task.id)!, worker);
      withdraw = () => {
        if (signal.reason instanceof JobForgottenError) connection.publish(names.cancel(task.id));
        reject(new PoolClosed());
      };
      signal.addEventListener("abort", withdraw);
    });
    answer.catch(() => {});
    const entry = offers.get(task.id)!;
    try {
      if (entry.worker === undefined) await insist("Offering a job", (attempt) => publish(entry, attempt), signal);
      return await answer;
    } finally {
      signal.removeEventListener("abort", withdraw!);
      if (offers.get(task.id) === entry) offers.delete(task.id);
      void takeBack(entry);
      void removeInputs(task.inputsHash);
    }
  }

  async function publish(entry: Offer, attempt: number): Promise<void> {
    const timeout = replyMilliseconds(attempt);
    const { id, kind, rows, circuit, circuitId, inputsHash, readInputs } = entry.task;
    await upload(objects.circuits, circuitId, async () => packCircuit(circuit));
    await inInputs(() => upload(objects.inputs, inputsHash, readInputs));
    const message: JobMessage = {
      version: MESSAGE_VERSION,
      id,
      kind,
      circuit: circuitId,
      rows,
      inputs: inputsHash,
      limitSeconds: entry.task.limitSeconds(),
    };
    const { seq } = await js.publish(names.jobs(sizeLog(rows)), JSON.stringify(message), { timeout });
    entry.sequence = seq;
    entry.offeredAt = clock.now();
    connection.publish(names.doorbell);
  }

  async function upload(store: QueueObjects["circuits"], name: string, read: () => Promise<Uint8Array>): Promise<void> {
    if (uploaded.has(name)) return;
    const present = await store.info(name);
    if (!present || present.deleted) await store.putBlob({ name }, await read());
    uploaded.add(name);
  }

  function removeInputs(hash: string): Promise<void> {
    return inInputs(async () => {
      if (closing || [...offers.values()].some(({ task }) => task.inputsHash === hash)) return;
      uploaded.delete(hash);
      // What stays there although nobody needs it does no harm.
      await objects.inputs.delete(hash).catch(() => {});
    });
  }

  /** Removes the message of an offer, if nobody has. */
  async function takeBack(entry: Offer): Promise<void> {
    const { sequence } = entry;
    entry.sequence = undefined;
    if (sequence !== undefined) await manager.streams.deleteMessage(names.jobsStream, sequence, false).catch(() => {});
  }

  /** A worker that says that it is at a job, whoever was taken to be. */
  function workerAt(job: string, besides?: string): string | undefined {
    return presentViews().find(({ id, running }) => id !== besides && !ignored.has(id) && running.includes(job))?.id;
  }

  async function offerAgain(entry: Offer): Promise<void> {
    // NATS may have given a lost worker's message to another one already.
    const other = workerAt(entry.task.id, entry.worker);
    if (other !== undefined) return take(entry, other);
    entry.worker = undefined;
    entry.droppedAt = undefined;
    entry.offeredAt = clock.now();
    await takeBack(entry);
    if (offers.get(entry.task.id) === entry)
      await insist("Offering a job", (attempt) => publish(entry, attempt)).catch(() => {});
  }

  function take(entry: Offer, worker: string): void {
    entry.worker = worker;
    entry.takenAt = clock.now();
    entry.droppedAt = undefined;
    seated.delete(entry.task.id);
    entry.task.onStarted(worker);
  }

  function notePresence(message: Msg): void {
    const id = lastToken(message.subject);
    const presence = decode(presenceSchema, message.data);
    if (!presence || presence.referenceString !== referenceString) return;
    if (presence.isLeaving) views.delete(id);
    else {
      const now = clock.now();
      const { seenAt = now, gap = 0 } = views.get(id) ?? {};
      views.set(id, { ...presence, id, seenAt: now, gap: noteGap(gap, now - seenAt) });
    }
    if (ignored.has(id)) {
      connection.publish(names.ignored(id));
      return;
    }
    for (const entry of offers.values()) {
      const isRunning = presence.running.includes(entry.task.id);
      if (isRunning && entry.worker === undefined) take(entry, id);
      else if (!isRunning && entry.worker === id) {
        // A worker that goes gives its jobs back, and somebody else takes them.
        if (presence.isLeaving) void offerAgain(entry);
        else entry.droppedAt ??= clock.now();
      }
    }
    events.onRoom();
  }

  async function receive(message: JsMsg): Promise<void> {
    const worker = lastToken(message.subject);
    const result = decodeResult(worker, message.data);
    const entry = result && offers.get(result.job);
    if (!result) logger.warn("A worker sent what is not a result", { worker });
    else if (!entry) {
      if (!ignored.has(worker)) await events.onFound(result.job, result.claim);
    } else if (ignored.has(worker)) void offerAgain(entry);
    else return entry.accept(result.claim, message);
    message.ack();
  }

  /** Finds jobs that no worker is at any more. */
  async function sweep(): Promise<void> {
    const now = clock.now();
    for (const [id, { seenAt }] of views) if (now - seenAt > heartbeat * FORGOTTEN) views.delete(id);
    for (const entry of [...offers.values()]) await judge(entry, now);
    events.onRoom();
  }

  async function judge(entry: Offer, now: number): Promise<void> {
    const { task, worker, sequence } = entry;
    const view = worker === undefined ? undefined : views.get(worker);
    const failures = task.failures();
    const patience = {
      sign: signPatience(heartbeat, { gap: view?.gap ?? 0, failures }),
      job: task.limitSeconds() * 1_000,
    };
    switch (judgeOffer(stateOf(entry, view, now), patience)) {
      case "look":
        if (hasIdleWorker(task.rows) || (await isGone(sequence!))) await offerAgain(entry);
        break;
      case "silent":
        await lose(entry, new WorkerLostError(worker!, "stopped answering"));
        break;
      case "dropped":
        await lose(entry, new WorkerLostError(worker!, "ended without a result"));
        break;
      case "overdue":
        connection.publish(names.cancel(task.id));
        await lose(entry, new JobOverdueError(task.circuit.name, task.limitSeconds()));
        break;
      case "wait":
    }
  }

  async function lose(entry: Offer, error: Error): Promise<void> {
    const isWorthMore = await entry.task.onLost(error);
    if (offers.get(entry.task.id) !== entry) return;
    if (isWorthMore) await offerAgain(entry);
    else entry.reject(error);
  }

  /** Whether a message was taken off the stream, although no result came of it. */
  async function isGone(sequence: number): Promise<boolean> {
    try {
      return (await manager.streams.getMessage(names.jobsStream, { seq: sequence })) === null;
    } catch {
      return false;
    }
  }

  /**
   * An idle worker takes what there is within a second. NATS 2.9 has been seen to keep a message, and to give it to
   * nobody, when its stream was purged shortly before.
   */
  function hasIdleWorker(rows: number): boolean {
    return workersFor(rows).some(({ workers, running }) => workers > running.length);
  }

  /** Workers that don't count as gone. */
  function presentViews(): View[] {
    const now = clock.now();
    const isPresent = ({ seenAt, gap }: View) => now - seenAt <= signPatience(heartbeat, { gap, failures: 0 });
    return [...views.values()].filter(isPresent);
  }

  function workersFor(rows: number): View[] {
    return presentViews().filter(({ id, memoryBytes }) => !ignored.has(id) && memoryBytes >= jobMemory(rows));
  }

  /**
   * Whether another job may be offered. Not while a more urgent one waits for the same workers, who don't know which is
   * which. What no worker here has the memory for is offered too,
   * for one that may come, and stands in nobody's way.
   */
  function mayOffer({ rows, priority }: Demand): boolean {
    const able = workersFor(rows);
    const untaken = [...seated.values()];
    if (able.length === 0) return untaken.filter((other) => other.rows === rows).length < FEWEST_OFFERS;
    const isOvertaking = untaken.some(
      (other) => other.priority > priority && able.every(({ memoryBytes }) => memoryBytes >= jobMemory(other.rows)),
    );
    const idle = able.reduce((sum, { workers, running }) => sum + Math.max(0, workers - running.length), 0);
    const waiting = untaken.filter((other) => workersFor(other.rows).length > 0).length;
    return !isOvertaking && waiting < Math.max(FEWEST_OFFERS, 2 * idle);
  }

  return {
    keepsOrder: false,

    // A worker with more memory may still come.
    requireRoom() {},

    reserve(demand): Seat | undefined {
      if (!isOpen || closing || !mayOffer(demand)) return undefined;
      const { id } = demand;
      seated.set(id, demand);
      let message: JsMsg | undefined;
      return {
        async run(task, signal) {
          const answer = await offer(task, signal);
          message = answer.message;
          return answer.claim;
        },
        release() {
          seated.delete(id);
          // Only now is the result kept, or known to be worthless.
          message?.ack();
          message = undefined;
        },
      };
    },

    workers: () =>
      presentViews().map(({ id, host, workers, memoryBytes, running }) => ({
        id,
        host,
        workers,
        memoryBytes,
        running,
      })),

    ignore(worker) {
      ignored.add(worker);
      if (isOpen) connection.publish(names.ignored(worker));
      for (const entry of offers.values()) if (entry.worker === worker) void offerAgain(entry);
    },

    close() {
      closing ??= (async () => {
        ended.abort(new PoolClosed());
        clearInterval(sweeping);
        subscription.unsubscribe();
        await results?.close();
        await connection.close();
      })();
      return closing;
    },
  };
}

/** Ends a wait that nobody is interested in any more; the queue does not look at it. */
class PoolClosed extends Error {}

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
