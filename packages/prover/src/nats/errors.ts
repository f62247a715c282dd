import { FrondError } from "@frond/foundation";

/** NATS does not answer, refuses the credentials, or has no JetStream. */
export class NatsUnavailableError extends FrondError {
  constructor(address: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const url = withoutPassword(address);
    super({
      code: "NATS_UNAVAILABLE",
      message: `NATS at ${url} can't be used: ${reason}. Start it with JetStream (\`nats-server --jetstream\`), and check its address and credentials.`,
      data: { url, reason },
      cause,
    });
  }
}

/** A worker and its queue don't have the same reference string, so that no proof of one verifies for the other. */
export class ReferenceStringMismatchError extends FrondError {
  constructor(data: { queue: string; expected: { kind: string; id: string }; actual: { kind: string; id: string } }) {
    const { queue, expected, actual } = data;
    const remedy =
      expected.kind === actual.kind
        ? "Install the same version of Frond here as where the queue is"
        : `Start the worker with \`--crs ${expected.kind}\``;
    super({
      code: "REFERENCE_STRING_MISMATCH",
      message: `The queue ${queue} proves with the ${expected.kind} reference string ${expected.id.slice(0, 16)}, and here is the ${actual.kind} one ${actual.id.slice(0, 16)}. ${remedy}.`,
      data,
    });
  }
}

/** The queue found this worker's results wrong, and takes no more of them. */
export class WorkerIgnoredError extends FrondError {
  constructor(worker: string) {
    super({
      code: "WORKER_IGNORED",
      message: `The queue found results of the worker ${worker} wrong twice, and ignores it from now on. Check the memory of this machine and the installation of Frond, and start the worker with another --id.`,
      data: { worker },
    });
  }
}

/** A queue that this version can't take part in, or a name that can't be one. */
export class QueueNameError extends FrondError {
  constructor(what: string, name: string) {
    super({
      code: "QUEUE_NAME",
      message: `"${name}" can't be the name of a ${what}. Use 1 to 64 letters, digits, - and _.`,
      data: { what, name },
    });
  }
}

function withoutPassword(address: string): string {
  return address.replaceAll(/\/\/[^@/,]*@/g, "//");
}
