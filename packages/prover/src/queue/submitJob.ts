import { UnknownCircuitError } from "../circuits/errors.ts";
import type { PreparedCircuit } from "../types.ts";
import { encodeInputs, inputsHash as hashOfInputs } from "./encodeInputs.ts";
import { QueueClosedError } from "./errors.ts";
import { jobId } from "./jobId.ts";
import { keepJob, type QueueState } from "./queueState.ts";
import { isDone } from "./storedResult.ts";
import type { ProofJob, StoredProofJob } from "./types.ts";

/**
 * Keeps a job, durably, and gives its id: see `ProofQueue`. @throws UnknownCircuitError, JobTooLargeError,
 * QueueClosedError
 */
export async function submitJob(state: QueueState, job: ProofJob): Promise<string> {
  if (state.isClosing) throw new QueueClosedError();
  const circuit = await circuitOf(state, job.circuit);
  const circuitId = await registerCircuit(state, circuit);
  state.pool.requireRoom(circuit.name, circuit.dyadic);
  const bytes = "inputs" in job ? encodeInputs(job.inputs) : undefined;
  const inputsHash = "inputs" in job ? hashOfInputs(bytes!) : job.inputsHash;
  const id = jobId(circuitId, inputsHash);
  const { kind, expect, after = [], priority = 0, trace } = job;
  if (await isDone(state, id, expect)) return id;
  if (state.isClosing) throw new QueueClosedError();
  const known = state.jobs.get(id);
  if (known && !known.error) {
    await raise(state, known, { priority, expect });
    return id;
  }
  const description = { kind, circuit: circuitId, circuitName: circuit.name, rows: circuit.dyadic, inputsHash };
  // What took too long before has more time now.
  const tries = { failures: 0, overdues: known?.overdues ?? 0 };
  const order = { expect, priority, after, ...(trace !== undefined && { trace }) };
  const stored = { id, number: ++state.lastNumber, ...description, ...order, ...tries };
  state.jobs.set(id, stored);
  if (bytes) await state.store.inputs.put(inputsHash, bytes);
  await state.store.results.delete(id);
  await keepJob(state, stored);
  state.startJobs();
  return id;
}

/** Keeps a circuit for jobs that name it by the id that this gives. Jobs that waited for it can start. */
export async function registerCircuit(state: QueueState, circuit: PreparedCircuit): Promise<string> {
  const id = await state.circuits.put(circuit);
  if (state.missing.delete(id)) state.startJobs();
  return id;
}

/** A job that was submitted before becomes as urgent as it is now, and has to state what is expected now. */
async function raise(
  state: QueueState,
  known: StoredProofJob,
  { priority, expect }: Required<Pick<StoredProofJob, "priority" | "expect">>,
): Promise<void> {
  if (priority <= known.priority && !expect) return;
  await keepJob(state, { ...known, priority: Math.max(priority, known.priority), expect: expect ?? known.expect });
}

async function circuitOf({ circuits }: QueueState, given: ProofJob["circuit"]): Promise<PreparedCircuit> {
  const circuit = typeof given === "string" ? await circuits.get(given) : given;
  if (!circuit) throw new UnknownCircuitError(given as string);
  return circuit;
}
