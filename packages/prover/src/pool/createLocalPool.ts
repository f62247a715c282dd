import { hostname } from "node:os";
import { JobTooLargeError } from "../queue/errors.ts";
import { jobMemory } from "./jobMemory.ts";
import { discardProver, type LocalWorker, type ProveTaskOptions, proveTask } from "./proveTask.ts";
import type { Sizing } from "./sizing.ts";
import type { Pool, Seat } from "./types.ts";

export type LocalPoolOptions = Sizing &
  ProveTaskOptions & {
    /** In front of the number of each worker. */
    readonly name: string;
    readonly onRoom: () => void;
  };

/** After which a worker without a job ends its processes. */
const IDLE_SECONDS = 60;

/**
 * Workers in processes of this machine, each with a `bb` of its own, under one memory budget: a job starts when a
 * worker is free and its memory, added to that of the jobs under way, is within the budget. The first that does not fit
 * keeps those behind it waiting, or a large job might never have its turn. Processes start when they are needed.
 */
export function createLocalPool(options: LocalPoolOptions): Pool {
  const { memoryBytes } = options;
  const workers = Array.from(
    { length: options.workers },
    (_, i): LocalWorker => ({ id: `${options.name}-${i + 1}`, bytes: 0 }),
  );
  let isClosed = false;
  return {
    keepsOrder: true,
    requireRoom(circuit, rows) {
      const needed = jobMemory(rows);
      if (needed > memoryBytes) throw new JobTooLargeError({ circuit, needed, budget: memoryBytes });
    },
    reserve({ rows }) {
      const bytes = jobMemory(rows);
      const taken = workers.reduce((total, worker) => total + worker.bytes, 0);
      const worker = workers.find((one) => one.bytes === 0);
      if (isClosed || !worker || taken + bytes > memoryBytes) return undefined;
      worker.bytes = bytes;
      return seatAt(worker, options);
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
      isClosed = true;
      for (const worker of workers) clearTimeout(worker.idle);
      await Promise.all(workers.map((worker) => discardProver(worker)));
    },
  };
}

/** Room at a worker whose memory is reserved. */
function seatAt(worker: LocalWorker, options: LocalPoolOptions): Seat {
  let isReleased = false;
  return {
    run(task, signal) {
      worker.task = task;
      clearTimeout(worker.idle);
      return proveTask(worker, task, { signal, options });
    },
    release() {
      if (isReleased) return;
      isReleased = true;
      worker.bytes = 0;
      // Only looked at, and not used.
      if (!worker.task) return;
      delete worker.task;
      worker.idle = setTimeout(() => void discardProver(worker), IDLE_SECONDS * 1_000).unref();
      options.onRoom();
    },
  };
}
