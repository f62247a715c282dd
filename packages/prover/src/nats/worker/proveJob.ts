import { setTimeout as sleep } from "node:timers/promises";
import { FrondError } from "@frond/foundation";
import { UnknownCircuitError } from "../../circuits/errors.ts";
import type { Claim, Seat } from "../../pool/types.ts";
import { inputsHash } from "../../queue/encodeInputs.ts";
import { MissingInputsError } from "../../queue/errors.ts";
import { encodeResult, type JobMessage } from "../messages.ts";
import { readObject } from "./readObject.ts";
import type { Held, ServingState } from "./servingState.ts";

const RETRY_MILLISECONDS = 1_000;

/** Proves a job and delivers what can be said of it; says nothing of a job that was stopped. */
export async function proveJob(
  state: ServingState,
  job: JobMessage,
  { seat, entry }: { readonly seat: Seat; readonly entry: Held },
): Promise<void> {
  const { onEvent } = state.worker;
  const claim = await claimOf(state, job, { seat, signal: entry.abort.signal });
  if (claim) await deliver(state, encodeResult(job.id, claim));
  else if (!entry.isCancelled) return;
  for (const lease of entry.leases) lease.ack();
  if (!claim) return;
  if ("proof" in claim) {
    const { witnessSeconds, provingSeconds } = claim.proof;
    onEvent({ event: "proven", job: job.id, witnessSeconds, provingSeconds });
  } else onEvent({ event: "refused", job: job.id, ...claim.refusal });
}

/** What can be said of a job; undefined when it was stopped. */
async function claimOf(
  { circuits, worker, queue, stopping }: ServingState,
  job: JobMessage,
  { seat, signal }: { readonly seat: Seat; readonly signal: AbortSignal },
): Promise<Claim | undefined> {
  const { id, kind, rows } = job;
  try {
    const circuit = await circuits.get(job.circuit);
    if (!circuit || circuit.dyadic !== rows) throw new UnknownCircuitError(job.circuit);
    worker.onEvent({ event: "started", job: id, kind, circuit: circuit.name });
    const task = { id, kind, rows, priority: 0, circuit, circuitId: job.circuit, inputsHash: job.inputs };
    const none = { onStarted() {}, onLost: async () => true };
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
  for (;;) {
    try {
      await link.js.publish(names.results(worker.id), result);
      return;
    } catch (error) {
      if (stopping.signal.aborted) throw error;
      worker.logger.warn("NATS did not take a result; trying again", { reason: (error as Error).message });
      await sleep(RETRY_MILLISECONDS, undefined, { signal: stopping.signal });
    }
  }
}
