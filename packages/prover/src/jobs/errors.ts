import { FrondError } from "@frond/foundation";

/** A job will not be tried again. `data` has the code and message of why. */
export class JobFailedError extends FrondError {
  constructor(id: string, circuit: string, error: { code: string; message: string }) {
    super({
      code: "JOB_FAILED",
      message: `The proof of ${circuit} was given up: ${error.message} Submit the job again when the cause is removed.`,
      data: { id, circuit, error },
    });
  }
}

/** No job, and no result, has this id. */
export class UnknownJobError extends FrondError {
  constructor(id: string) {
    super({ code: "UNKNOWN_JOB", message: `There is no job ${id}. Submit it first.`, data: { id } });
  }
}

/** A job was given to a queue that was closed. */
export class JobQueueClosedError extends FrondError {
  constructor() {
    super({ code: "JOB_QUEUE_CLOSED", message: "The job queue is closed. Create a new one over the same store." });
  }
}
