import { hostname } from "node:os";
import { FrondError, type Logger } from "@frond/foundation";
import { createProver } from "../createProver.ts";
import { ProverProcessError } from "../errors.ts";
import { decodeInputs } from "../queue/encodeInputs.ts";
import { isPassing, JobOverdueError, JobTooLargeError } from "../queue/errors.ts";
import type { Prover, ReferenceString } from "../types.ts";
import { jobMemory } from "./jobMemory.ts";
import type { Sizing } from "./sizing.ts";
import type { Claim, Pool, Task } from "./types.ts";

export type LocalPoolOptions = Sizing & {
  /** In front of the number of each worker. */
  readonly name: string;
  readonly referenceString: ReferenceString;
  readonly cacheDirectory?: string | undefined;
  readonly niceness?: number | undefined;
  readonly onRoom: () => void;
  readonly logger: Logger;
};

/**
 * Resident bytes of `bb` between two jobs over which it is replaced, so that idle workers don't hold what the budget
 * gives to others.
 */
const IDLE_BYTES = 512 * 2 ** 20;
/** After which a worker without a job ends its processes. */
const IDLE_SECONDS = 60;

type Worker = { readonly id: string; task?: Task; bytes: number; prover?: Prover; idle?: NodeJS.Timeout };

/**
 * Workers in processes of this machine, each with a `bb` of its own, under one memory budget: a job starts when a
 * worker is free and its memory, added to that of the jobs under way, is within the budget. The first that does not fit
 * keeps those behind it waiting, or a large job might never have its turn. Processes start when they are needed.
 */
export function createLocalPool(options: LocalPoolOptions): Pool {
  const { referenceString, cacheDirectory, niceness, memoryBytes, threadsPerWorker, logger, onRoom } = options;
  const workers = Array.from(
    { length: options.workers },
    (_, i): Worker => ({ id: `${options.name}-${i + 1}`, bytes: 0 }),
  );
  let closed = false;

  async function prove(worker: Worker, task: Task, signal: AbortSignal): Promise<Claim> {
    task.onStarted(worker.id);
    const inputs = decodeInputs(await task.readInputs());
    worker.prover ??= await createProver({
      referenceString,
      cacheDirectory,
      niceness,
      threads: threadsPerWorker,
      memoryLimit: IDLE_BYTES,
      // The queue decides about another attempt.
      restarts: 0,
      logger,
    });
    signal.throwIfAborted();
    const { prover } = worker;
    // Closing ends the process at once, and rejects what it was doing.
    const stop = () => void discard(worker, prover);
    signal.addEventListener("abort", stop);
    const deadline = startDeadline(task.limitSeconds, stop);
    try {
      const proof = await prover.prove(task.circuit, inputs);
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

  async function discard(worker: Worker, prover = worker.prover): Promise<void> {
    if (worker.prover === prover) delete worker.prover;
    await prover?.close();
  }

  function sum(): number {
    return workers.reduce((total, { bytes }) => total + bytes, 0);
  }

  return {
    keepsOrder: true,

    requireRoom(circuit, rows) {
      const needed = jobMemory(rows);
      if (needed > memoryBytes) throw new JobTooLargeError({ circuit, needed, budget: memoryBytes });
    },

    reserve({ rows }) {
      const bytes = jobMemory(rows);
      const worker = workers.find((one) => one.bytes === 0);
      if (closed || !worker || sum() + bytes > memoryBytes) return undefined;
      worker.bytes = bytes;
      let isReleased = false;
      return {
        run(task, signal) {
          worker.task = task;
          clearTimeout(worker.idle);
          return prove(worker, task, signal);
        },
        release() {
          if (isReleased) return;
          isReleased = true;
          worker.bytes = 0;
          // Only looked at, and not used.
          if (!worker.task) return;
          delete worker.task;
          worker.idle = setTimeout(() => void discard(worker), IDLE_SECONDS * 1_000).unref();
          onRoom();
        },
      };
    },

    workers: () =>
      workers.map(({ id, task }) => ({
        id,
        host: hostname(),
        workers: 1,
        memoryBytes,
        running: task ? [task.id] : [],
      })),

    // Nobody here lies.
    ignore() {},

    async close() {
      closed = true;
      for (const worker of workers) clearTimeout(worker.idle);
      await Promise.all(workers.map((worker) => discard(worker)));
    },
  };
}

/** A longer timer than this fires at once. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

/**
 * Calls `onOver` when the seconds that `limitSeconds` gives are over; it is asked again at the end, for they may have
 * become more.
 */
function startDeadline(limitSeconds: () => number, onOver: () => void): { readonly isOver: boolean; clear(): void } {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const look = () => {
    const left = start + limitSeconds() * 1_000 - performance.now();
    isOver = left <= 0;
    if (isOver) onOver();
    else timer = setTimeout(look, Math.min(left, LONGEST_TIMER_MILLISECONDS));
  };
  look();
  return {
    get isOver() {
      return isOver;
    },
    clear: () => clearTimeout(timer),
  };
}
