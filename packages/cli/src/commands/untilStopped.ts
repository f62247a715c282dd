import { endsWithin, FrondError, type Logger } from "@frond/foundation";
import { EXIT } from "../terminal/describeError.ts";
import { stopSignal } from "./stopSignal.ts";

/** What a command runs until it is stopped. */
export type Service<T> = {
  /** Its name, as the subject of a message: `The network`. */
  readonly what: string;
  /** What it opens is closed again when `signal` is aborted: the start failed in another part. */
  start(signal: AbortSignal): Promise<T>;
  /** Rejects when it fails for good, also while it starts. */
  readonly failed?: Promise<never>;
  /** What is done with it: resolves when that is done, rejects when it fails for good. */
  work(started: T): Promise<unknown>;
  close(started: T): Promise<unknown>;
  readonly logger: Logger;
  readonly closeMilliseconds?: number;
};

/** More than closing takes on a busy machine, and less than those who stop processes wait before they kill. */
const CLOSE_MILLISECONDS = 25_000;

const NEVER = new Promise<never>(() => {});

/**
 * Starts a service and waits for the first of: its work is done, a signal, a failure that nothing can mend. Then the
 * service is closed. A signal always works: what hangs while it starts or closes ends with the process, which loses
 * nothing that was acknowledged.
 * @throws NotClosedError when closing takes too long, and what the service fails with
 */
export async function untilStopped<T>(service: Service<T>): Promise<void> {
  const { failed = NEVER } = service;
  failed.catch(() => {});
  const stopping = stopSignal();
  try {
    const cancel = new AbortController();
    const starting = service.start(cancel.signal).then((started) => ({ started }));
    const ready = await Promise.race([starting, stopping.promise, failed]).catch(async (error: unknown) => {
      cancel.abort(error);
      // A start that has failed by itself has closed what it had opened.
      const closed = starting.then(({ started }) => service.close(started)).catch(() => {});
      await endsWithin(closed, service.closeMilliseconds ?? CLOSE_MILLISECONDS);
      throw error;
    });
    // Nobody was served yet, and the processes of the set-up end with this one.
    if (ready === undefined) return process.exit(EXIT.interrupted);
    const { started } = ready;
    let failure: { readonly error: unknown } | undefined;
    await Promise.race([service.work(started), stopping.promise, failed]).catch((error: unknown) => {
      failure = { error };
    });
    await close(service, started).catch((error: unknown) => {
      // What failed first is told as the reason, what failed because of it only logged.
      if (failure === undefined) failure = { error };
      else service.logger.error("Closing failed, too", { reason: String(error) });
    });
    if (failure !== undefined) throw failure.error;
  } finally {
    stopping.release();
  }
}

async function close<T>({ what, close, closeMilliseconds = CLOSE_MILLISECONDS }: Service<T>, started: T) {
  const closing = Promise.resolve(close(started));
  if (!(await endsWithin(closing, closeMilliseconds))) throw new NotClosedError(what, closeMilliseconds / 1_000);
}

/** Something hangs, and ends with the process. */
class NotClosedError extends FrondError {
  constructor(what: string, seconds: number) {
    super({
      code: "cli/not-closed",
      message:
        `${what} did not stop within ${seconds} s, and was ended. Nothing that was acknowledged is lost; ` +
        "look at the log for what hung, and start it again.",
      data: { what, seconds },
    });
  }
}
