import { FrondError, type Logger, noTracer, type Tracer, traceTime } from "@frond/foundation";
import { createProver } from "../createProver.ts";
import { ProverProcessError } from "../errors.ts";
import { decodeInputs } from "../queue/encodeInputs.ts";
import { isPassing, JobOverdueError } from "../queue/errors.ts";
import type { ProofResult, Prover, ReferenceString } from "../types.ts";
import { startDeadline } from "./startDeadline.ts";
import type { Claim, Task } from "./types.ts";

/** A worker of this machine. Its processes start when they are needed. */
export type LocalWorker = { readonly id: string; task?: Task; bytes: number; prover?: Prover; idle?: NodeJS.Timeout };

export type ProveTaskOptions = {
  readonly referenceString: ReferenceString;
  readonly cacheDirectory?: string | undefined;
  readonly niceness?: number | undefined;
  readonly threadsPerWorker: number;
  readonly logger: Logger;
  readonly tracer?: Tracer | undefined;
};

/**
 * Resident bytes of `bb` between two jobs over which it is replaced, so that idle workers don't hold what the budget
 * gives to others.
 */
const IDLE_BYTES = 512 * 2 ** 20;

/**
 * Has a worker prove a task. A proof that takes too long, or that is aborted, is ended with the worker's processes.
 * @throws JobOverdueError, and errors for which `isPassing` holds
 */
export async function proveTask(
  worker: LocalWorker,
  task: Task,
  { signal, options }: { readonly signal: AbortSignal; readonly options: ProveTaskOptions },
): Promise<Claim> {
  task.onStarted(worker.id);
  const startedAt = traceTime();
  const inputs = decodeInputs(await task.readInputs());
  worker.prover ??= await openProver(options);
  signal.throwIfAborted();
  const { prover } = worker;
  // Closing ends the process at once, and rejects what it was doing.
  const stop = () => void discardProver(worker, prover);
  signal.addEventListener("abort", stop);
  const deadline = startDeadline(task.limitSeconds, stop);
  try {
    const proof = await prover.prove(task.circuit, inputs);
    traceProof(options.tracer ?? noTracer, task, { worker: worker.id, startedAt, proof });
    return { worker: worker.id, isTrusted: true, proof };
  } catch (error) {
    if (deadline.isOver) throw new JobOverdueError(task.circuit.name, task.limitSeconds());
    if (signal.aborted || isPassing(error)) throw error;
    if (!(error instanceof FrondError)) throw new ProverProcessError(String(error), {}, error);
    return { worker: worker.id, isTrusted: true, refusal: { code: error.code, message: error.message } };
  } finally {
    deadline.clear();
    signal.removeEventListener("abort", stop);
  }
}

/** Shows how a worker has made a proof: the prover's processes say how long each step took. */
function traceProof(
  tracer: Tracer,
  { trace: parent, kind, circuit, rows }: Task,
  made: { readonly worker: string; readonly startedAt: number; readonly proof: ProofResult },
): void {
  if (parent === undefined) return;
  const { worker, startedAt, proof } = made;
  const attributes = { "frond.worker": worker, "frond.proof": kind, "frond.circuit": circuit.name, "frond.rows": rows };
  const span = tracer.start("make proof", { kind: "consumer", parent, startedAt, attributes });
  if (span === undefined) return;
  const endedAt = traceTime();
  const provenAt = endedAt - 1_000 * proof.verifyingSeconds;
  const steps = [
    ["witness", startedAt, startedAt + 1_000 * proof.witnessSeconds],
    ["prove", provenAt - 1_000 * proof.provingSeconds, provenAt],
    ["verify", provenAt, endedAt],
  ] as const;
  for (const [name, from, until] of steps)
    tracer.start(name, { parent: span.context, startedAt: from })?.end({ endedAt: until });
  span.end({ endedAt });
}

/** Ends the processes of a worker. */
export async function discardProver(worker: LocalWorker, prover = worker.prover): Promise<void> {
  if (worker.prover === prover) delete worker.prover;
  await prover?.close();
}

function openProver(options: ProveTaskOptions): Promise<Prover> {
  const { referenceString, cacheDirectory, niceness, threadsPerWorker, logger } = options;
  return createProver({
    referenceString,
    cacheDirectory,
    niceness,
    threads: threadsPerWorker,
    memoryLimit: IDLE_BYTES,
    // The queue decides about another attempt.
    restarts: 0,
    logger,
  });
}
