import { FrondError } from "@frond/foundation";
import { startThread } from "@frond/foundation/node";
import type { BlockRecord, OpenStoreOptions } from "@frond/store";
import type { SealerOptions } from "../seal/sealBlock.ts";
import type { Sealer, SealRequest, SignatureVerifier, Verified } from "../types.ts";

/** What the worker is, given at its start. */
export type WorkerRole =
  | { readonly role: "verify" }
  | { readonly role: "seal"; readonly store: OpenStoreOptions; readonly options: SealerOptions };

export type WorkerCall = { readonly id: number; readonly input: unknown };
export type WorkerReply = {
  readonly id: number;
  readonly output?: unknown;
  readonly error?: string;
  readonly stack?: string;
};

/**
 * Checks signatures in `workers` threads of their own (one unless given), so that the thread that answers stays free.
 */
export function createWorkerVerifier({ workers: count = 1 }: { readonly workers?: number } = {}): SignatureVerifier {
  const workers = Array.from({ length: count }, () => startWorker({ role: "verify" }));
  return {
    async verify(transactions) {
      // A sum of many signatures is cheaper than many sums, so a small batch is not divided.
      const share = Math.max(SMALLEST_SHARE, Math.ceil(transactions.length / workers.length));
      const shares = workers.map((worker, i) => [worker, transactions.slice(i * share, (i + 1) * share)] as const);
      const answers = shares.map(([worker, part]) =>
        part.length === 0 ? [] : (worker.call(part) as Promise<(Verified | undefined)[]>),
      );
      return (await Promise.all(answers)).flat();
    },
    async close() {
      await Promise.all(workers.map(({ close }) => close()));
    },
  };
}

const SMALLEST_SHARE = 16;

/** Seals in a thread of its own, which opens the same store. The sequencer's thread must not commit blocks. */
export function createWorkerSealer(store: OpenStoreOptions, options: SealerOptions): Sealer {
  const worker = startWorker({ role: "seal", store, options });
  return { seal: (request: SealRequest) => worker.call(request) as Promise<BlockRecord>, close: worker.close };
}

type Pending = { resolve(output: unknown): void; reject(error: unknown): void };

function startWorker(role: WorkerRole) {
  const worker = startThread(new URL("./worker.ts", import.meta.url), { workerData: role, execArgv: [] });
  const pending = new Map<number, Pending>();
  let calls = 0;
  let closing: Promise<void> | undefined;
  const rejectAll = (error: unknown): void => {
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };
  worker.on("message", ({ id, output, error, stack }: WorkerReply) => {
    const call = pending.get(id);
    pending.delete(id);
    if (error === undefined) call?.resolve(output);
    else call?.reject(new WorkerError({ role: role.role, reason: error }, Object.assign(new Error(error), { stack })));
  });
  worker.on("error", (error) => rejectAll(new WorkerError({ role: role.role, reason: String(error) })));
  worker.on("exit", (code) => rejectAll(new WorkerError({ role: role.role, reason: `it ended with code ${code}` })));

  return {
    call: (input: unknown): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const id = calls++;
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, input } satisfies WorkerCall);
      }),
    close: (): Promise<void> => {
      closing ??= new Promise<void>((resolve) => {
        worker.once("exit", () => resolve());
        worker.postMessage(undefined);
      });
      return closing;
    },
  };
}

/** A thread of the sequencer failed. */
class WorkerError extends FrondError {
  /** `cause` has the stack of the thread. */
  constructor(data: { role: string; reason: string }, cause?: Error) {
    super({
      code: "sequencer/worker",
      message: `The thread that does "${data.role}" failed: ${data.reason}. Look at the node's log, then restart it.`,
      data,
      cause,
    });
  }
}
