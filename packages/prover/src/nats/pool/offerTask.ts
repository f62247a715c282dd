import type { JsMsg } from "@nats-io/jetstream";
import { packCircuit } from "../../circuits/packCircuit.ts";
import type { Claim, Task } from "../../pool/types.ts";
import { JobForgottenError } from "../../queue/errors.ts";
import { type JobMessage, MESSAGE_VERSION } from "../messages.ts";
import { sizeLog } from "../names.ts";
import type { QueueObjects } from "../queueStreams.ts";
import { replyMilliseconds } from "../replyMilliseconds.ts";
import { insist, type Offer, PoolClosed, type PoolState } from "./poolState.ts";
import { workerAt } from "./workers.ts";

/** What a worker made of a task, and the message that says so: acknowledged once the result is kept. */
export type Answer = { readonly claim: Claim; readonly message: JsMsg | undefined };

/** Offers a task to all workers, and waits for a claim about it. */
export async function offerTask(state: PoolState, task: Task, signal: AbortSignal): Promise<Answer> {
  const { offers } = state;
  const { entry, answer } = openOffer(state, task);
  offers.set(task.id, entry);
  const worker = workerAt(state, task.id);
  if (worker !== undefined) takeOffer(state, entry, worker);
  const withdraw = () => {
    if (signal.reason instanceof JobForgottenError) state.link.connection.publish(state.names.cancel(task.id));
    entry.reject(new PoolClosed());
  };
  signal.addEventListener("abort", withdraw);
  try {
    if (entry.worker === undefined) await offerEntry(state, entry, signal);
    return await answer;
  } finally {
    signal.removeEventListener("abort", withdraw);
    if (offers.get(task.id) === entry) offers.delete(task.id);
    void takeBack(state, entry);
    void removeInputs(state, task.inputsHash);
  }
}

/** Offers a task to others, whose worker is gone or not to be believed. */
export async function offerAgain(state: PoolState, entry: Offer): Promise<void> {
  // NATS may have given a lost worker's message to another one already.
  const other = workerAt(state, entry.task.id, entry.worker);
  if (other !== undefined) return takeOffer(state, entry, other);
  entry.worker = undefined;
  entry.droppedAt = undefined;
  entry.offeredAt = state.clock.now();
  await takeBack(state, entry);
  if (state.offers.get(entry.task.id) !== entry) return;
  await offerEntry(state, entry).catch(() => {});
}

/** Notes that a worker is at an offered task. */
export function takeOffer({ seated, clock }: PoolState, entry: Offer, worker: string): void {
  entry.worker = worker;
  entry.takenAt = clock.now();
  entry.droppedAt = undefined;
  seated.delete(entry.task.id);
  entry.task.onStarted(worker);
}

function openOffer({ clock }: PoolState, task: Task): { readonly entry: Offer; readonly answer: Promise<Answer> } {
  let accept!: Offer["accept"];
  let reject!: Offer["reject"];
  const answer = new Promise<Answer>((resolve, refuse) => {
    accept = (claim, message) => resolve({ claim, message });
    reject = refuse;
  });
  answer.catch(() => {});
  const now = clock.now();
  const open = { sequence: undefined, worker: undefined, droppedAt: undefined, offeredAt: now, takenAt: now };
  return { entry: { task, accept, reject, ...open }, answer };
}

function offerEntry(state: PoolState, entry: Offer, signal?: AbortSignal): Promise<void> {
  const work = (attempt: number) => publish(state, entry, replyMilliseconds(attempt));
  return insist(state, { what: "Offering a job", work, ...(signal === undefined ? {} : { signal }) });
}

async function publish(state: PoolState, entry: Offer, timeout: number): Promise<void> {
  const { link, names, objects } = state;
  const { id, kind, rows, circuit, circuitId, inputsHash, trace, readInputs } = entry.task;
  await upload(state, { store: objects.circuits, name: circuitId, read: async () => packCircuit(circuit) });
  await state.inInputs(() => upload(state, { store: objects.inputs, name: inputsHash, read: readInputs }));
  const message: JobMessage = {
    version: MESSAGE_VERSION,
    id,
    kind,
    circuit: circuitId,
    rows,
    inputs: inputsHash,
    limitSeconds: entry.task.limitSeconds(),
    ...(trace !== undefined && { trace }),
  };
  const { seq } = await link.js.publish(names.jobs(sizeLog(rows)), JSON.stringify(message), { timeout });
  entry.sequence = seq;
  entry.offeredAt = state.clock.now();
  link.connection.publish(names.doorbell);
}

type Upload = {
  readonly store: QueueObjects["circuits"];
  readonly name: string;
  readonly read: () => Promise<Uint8Array>;
};

async function upload({ uploaded }: PoolState, { store, name, read }: Upload): Promise<void> {
  if (uploaded.has(name)) return;
  const present = await store.info(name);
  if (!present || present.deleted) await store.putBlob({ name }, await read());
  uploaded.add(name);
}

function removeInputs(state: PoolState, hash: string): Promise<void> {
  return state.inInputs(async () => {
    if (state.ended.signal.aborted || [...state.offers.values()].some(({ task }) => task.inputsHash === hash)) return;
    state.uploaded.delete(hash);
    // What stays there although nobody needs it does no harm.
    await state.objects.inputs.delete(hash).catch(() => {});
  });
}

/** Removes the message of an offer, if nobody has. */
async function takeBack({ link, names }: PoolState, entry: Offer): Promise<void> {
  const { sequence } = entry;
  entry.sequence = undefined;
  if (sequence === undefined) return;
  await link.manager.streams.deleteMessage(names.jobsStream, sequence, false).catch(() => {});
}
