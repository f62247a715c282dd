import { FrondError, retry } from "@frond/foundation";
import { UnknownCircuitError } from "../../circuits/errors.ts";
import type { Claim, Seat } from "../../pool/types.ts";
import { inputsHash } from "../../queue/encodeInputs.ts";
import { MissingInputsError } from "../../queue/errors.ts";
import { limitSeconds, notePace } from "../../queue/timeLimit.ts";
import { encodeResult, type JobMessage } from "../messages.ts";
import { replyMilliseconds } from "../replyMilliseconds.ts";
import { readObject } from "./readObject.ts";
import type { Held, ServingState } from "./servingState.ts";

const RETRY = { pauseMilliseconds: 1_000, longestPauseMilliseconds: 5_000 };
/** Times the limit of the queue. */
const SLACK = 4;

/** Proves a job and delivers what can be said of it; says nothing of a job that was stopped. */
export async function proveJob(
  state: ServingState,
  job: JobMessage,
  { seat, entry }: { readonly seat: Seat; readonly entry: Held },
): Promise<void> {
  const { onEvent } = state.worker;
  const claim = await claimOf(state, job, { seat, signal: entry.abort.signal });
  if (claim) await deliver(state, encodeResult(job.id, claim));
  else {
    // The job was offered anew after it was cancelled.
    if (entry.isCancelled) for (const lease of entry.leases) lease.giveBack();
    return;
  }
  for (const lease of entry.leases) lease.ack();
  if ("proof" in claim) {
    const { witnessSeconds, provingSeconds } = claim.proof;
    state.pace = notePace(state.pace, { rows: job.rows, seconds: provingSeconds });
    onEvent({ event: "proven", job: job.id, witnessSeconds, provingSeconds });
  } else onEvent({ event: "refused", job: job.id, ...claim.refusal });
}

/** What can be said of a job; undefined when it was stopped. */
async function claimOf(
  state: ServingState,
  job: JobMessage,
  { seat, signal }: { readonly seat: Seat; readonly signal: AbortSignal },
): Promise<Claim | undefined> {
  const { circuits, worker, queue, stopping } = state;
  const { id, kind, rows, trace } = job;
  try {
    const circuit = await circuits.get(job.circuit);
    if (!circuit || circuit.dyadic !== rows) throw new UnknownCircuitError(job.circuit);
    worker.onEvent({ event: "started", job: id, kind, circuit: circuit.name });
    const task = { id, kind, rows, priority: 0, circuit, circuitId: job.circuit, inputsHash: job.inputs, trace };
    // The queue stops a job that takes too long. This is for one whose queue is away, and comes later.
    const limit = () => SLACK * Math.max(job.limitSeconds ?? 0, limitSeconds({ rows, overdues: 0, pace: state.pace }));
    const none = { onStarted() {}, onLost: async () => true, failures: () => 0, limitSeconds: limit };
    return await seat.run({ ...task, ...none, readInputs: () => readInputs(queue.inputs, job.inputs, signal) }, signal);
  } catch (error) {
    if (signal.aborted || stopping.signal.aborted) return undefined;
    const code = error instanceof FrondError ? error.code : "UNEXPECTED";
    return { worker: worker.id, isTrusted: false, refusal: { code, message: (error as Error).message } };
  }
}

async function readInputs(
  inputs: ServingState["queue"]["inputs"],
  hash: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const bytes = await readObject(inputs, hash, signal);
  if (!bytes || inputsHash(bytes) !== hash) throw new MissingInputsError(hash);
  return bytes;
}

/** A result outlives an interruption of NATS: the lease may run out meanwhile, and a second result does no harm. */
async function deliver({ queue: { link, names }, worker, stopping }: ServingState, result: string): Promise<void> {
  const publish = (attempt: number) =>
    link.js.publish(names.results(worker.id), result, { timeout: replyMilliseconds(attempt) });
  const { signal } = stopping;
  await retry(publish, { what: "Giving a result to NATS", signal, logger: worker.logger, ...RETRY });
}
