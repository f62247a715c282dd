import type { Server } from "node:net";
import { FrondError } from "@frond/foundation";

export type ListenOptions = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly backlog?: number;
};

/** Resolves when the server listens. @throws PortInUseError, ListenError */
export function listen(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new PortInUseError(options, error) : new ListenError(options, error));
    server.once("error", failed);
    server.listen(options, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

/** Another process, or another part of this one, listens at the port. */
export class PortInUseError extends FrondError {
  constructor({ host, port }: ListenOptions, cause?: unknown) {
    super({
      code: "node/port-in-use",
      message: `Port ${port} of ${host} is in use. Stop what listens there, or choose another port.`,
      data: { host, port },
      cause,
    });
  }
}

/** The machine does not let this process listen there: a host that is not its own, a port that is reserved. */
export class ListenError extends FrondError {
  constructor({ host, port }: ListenOptions, cause: NodeJS.ErrnoException) {
    super({
      code: "node/cannot-listen",
      message: `Nothing can listen at port ${port} of ${host}: ${cause.message}. Choose another host or port.`,
      data: { host, port, reason: cause.code ?? null },
      cause,
    });
  }
}
