import { FrondError } from "@frond/foundation";
import { ProverProcessError } from "../errors.ts";
import type { Refusal } from "../pool/types.ts";
import type { JobFailure } from "./types.ts";

/** A job will not be tried again. `data.error` has the code and message of why. */
export class JobFailedError extends FrondError {
  /** Whoever tries, it can't be proven. Otherwise machines failed, and submitting it again may help. */
  readonly isFinal: boolean;

  constructor(id: string, circuit: string, error: JobFailure) {
    super({
      code: "JOB_FAILED",
      message: `The proof of ${circuit} was given up: ${error.message} Submit the job again when the cause is removed.`,
      data: { id, circuit, error },
    });
    this.isFinal = error.isFinal;
  }
}

/** No job, and no result, has this id. */
export class UnknownJobError extends FrondError {
  constructor(id: string) {
    super({ code: "UNKNOWN_JOB", message: `There is no job ${id}. Submit it first.`, data: { id } });
  }
}

/** The job that was waited for was taken back. */
export class JobForgottenError extends FrondError {
  constructor(id: string) {
    super({
      code: "JOB_FORGOTTEN",
      message: `The job ${id} was taken back. Submit it again if it is needed.`,
      data: { id },
    });
  }
}

/** A job was given to a queue that was closed, or was waited for when it closed. */
export class QueueClosedError extends FrondError {
  constructor() {
    super({
      code: "QUEUE_CLOSED",
      message: "The proof queue is closed. Its jobs are done by the next one that is opened.",
    });
  }
}

/** A proof needs more memory than the workers may take together. */
export class JobTooLargeError extends FrondError {
  constructor({ circuit, needed, budget }: { circuit: string; needed: number; budget: number }) {
    super({
      code: "JOB_TOO_LARGE",
      message: `A proof of ${circuit} takes ${inGigabytes(needed)}, and the memory budget of the workers is ${inGigabytes(budget)}. Raise the budget to at least ${needed} bytes, or add a worker with more memory.`,
      data: { circuit, needed, budget },
    });
  }
}

/** A proof says something else than it was asked for. The same inputs will always say so. */
export class UnexpectedStatementError extends FrondError {
  constructor(circuit: string, data: { expected: readonly bigint[]; actual: readonly bigint[] }) {
    super({
      code: "UNEXPECTED_STATEMENT",
      message: `The inputs make ${circuit} state something else than expected. Compare the expected public inputs with those that the inputs give.`,
      data: { circuit, ...data },
    });
  }
}

/** A proof that this one had to come after was given up. */
export class DependencyFailedError extends FrondError {
  constructor(id: string, error: Refusal) {
    super({
      code: "DEPENDENCY_FAILED",
      message: `The job ${id} that must be done before was not: ${error.message}`,
      data: { id, error },
    });
  }
}

/** The inputs that a job names by hash are nowhere to be found. */
export class MissingInputsError extends FrondError {
  constructor(hash: string) {
    super({
      code: "MISSING_INPUTS",
      message: `The inputs ${hash} are not in the store. Submit the job with its inputs.`,
      data: { hash },
    });
  }
}

/** A worker stopped answering, or did not finish in time. */
export class WorkerLostError extends FrondError {
  constructor(worker: string, reason: string) {
    super({
      code: "WORKER_LOST",
      message: `The worker ${worker} ${reason}. Look at its log, and at the memory that is free there.`,
      data: { worker },
    });
  }
}

/** An attempt at a proof took so long that it may never end. The next one has twice the time, see `judgeFailure`. */
export class JobOverdueError extends FrondError {
  constructor(circuit: string, seconds: number) {
    super({
      code: "JOB_OVERDUE",
      message: `A proof of ${circuit} did not end within ${seconds} seconds. Look whether its hints (unconstrained code) end, and how busy the workers are.`,
      data: { circuit, seconds },
    });
  }
}

/** A remote worker could not do what was asked of it, for a reason that only it can see. */
export class WorkerRefusedError extends FrondError {
  constructor(worker: string, refusal: Refusal) {
    super({
      code: refusal.code,
      message: `The worker ${worker} did not prove it: ${refusal.message}`,
      data: { worker, refusal },
    });
  }
}

/** Whether another attempt, perhaps by another worker, may succeed. */
export function isPassing(error: unknown): boolean {
  return error instanceof ProverProcessError || error instanceof WorkerLostError || error instanceof WorkerRefusedError;
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
