import type { Worker } from "node:worker_threads";
import { type Answers, createAnswers } from "@frond/foundation";
import { startThread } from "@frond/foundation/node";
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

export function createWitnessMaker(): WitnessMaker {
  let thread: { worker: Worker; loaded: Set<string>; answers: Answers<WitnessReply> } | undefined;

  function start() {
    const worker = startThread(new URL("./witnessThread.ts", import.meta.url));
    const answers = createAnswers<WitnessReply>();
    const fail = (error: Error) => {
      answers.rejectAll(error);
      if (thread?.worker === worker) thread = undefined;
    };
    worker.on("message", (reply: WitnessReply) => answers.resolve(reply.id, reply));
    worker.on("error", fail);
    worker.on("exit", () => fail(new Error("the witness thread ended")));
    return { worker, loaded: new Set<string>(), answers };
  }

  return {
    warm() {
      thread ??= start();
    },
    make(program, inputs, { readsStatement = false } = {}) {
      thread ??= start();
      const { worker, loaded, answers } = thread;
      const { id, answer } = answers.expect(undefined);
      const request: WitnessRequest = {
        id,
        digest: program.digest,
        inputs,
        readsStatement,
        ...(loaded.has(program.digest) ? {} : { program }),
      };
      loaded.add(program.digest);
      worker.postMessage(request);
      return answer;
    },
    async discard() {
      const old = thread;
      thread = undefined;
      await old?.worker.terminate();
    },
  };
}
