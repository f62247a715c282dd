import type { Worker } from "node:worker_threads";
import { startThread } from "../process/thread.ts";
import type { InputMap } from "../types.ts";
import type { Program, Solved, Unsatisfied, WitnessReply, WitnessRequest } from "./witnessThread.ts";

/** Solves circuits in a thread, so that the process can talk to `bb` meanwhile. Programs stay loaded in the thread. */
export type WitnessMaker = {
  /** Starts the thread before it is needed. */
  warm(): void;
  make(program: Program, inputs: InputMap, options?: MakeOptions): Promise<Solved | Unsatisfied>;
  /** Ends the thread, and its memory with it; the next `make` starts another. Call it between two. */
  discard(): Promise<void>;
};

type MakeOptions = {
  /** Whether to give the public inputs too, which a proof gives anyway. */
  readonly readsStatement?: boolean;
};

type Waiting = { resolve(reply: WitnessReply): void; reject(error: Error): void };

export function createWitnessMaker(): WitnessMaker {
  let thread: { worker: Worker; loaded: Set<string>; waiting: Map<number, Waiting> } | undefined;
  let next = 0;

  function start() {
    const worker = startThread(new URL("./witnessThread.ts", import.meta.url));
    const waiting = new Map<number, Waiting>();
    const fail = (error: Error) => {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
      if (thread?.worker === worker) thread = undefined;
    };
    worker.on("message", (reply: WitnessReply) => {
      waiting.get(reply.id)?.resolve(reply);
      waiting.delete(reply.id);
    });
    worker.on("error", fail);
    worker.on("exit", () => fail(new Error("the witness thread ended")));
    return { worker, loaded: new Set<string>(), waiting };
  }

  return {
    warm() {
      thread ??= start();
    },
    make(program, inputs, { readsStatement = false } = {}) {
      thread ??= start();
      const { worker, loaded, waiting } = thread;
      const id = next++;
      const request: WitnessRequest = {
        id,
        digest: program.digest,
        inputs,
        readsStatement,
        ...(loaded.has(program.digest) ? {} : { program }),
      };
      loaded.add(program.digest);
      return new Promise<WitnessReply>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.postMessage(request);
      });
    },
    async discard() {
      const old = thread;
      thread = undefined;
      await old?.worker.terminate();
    },
  };
}
