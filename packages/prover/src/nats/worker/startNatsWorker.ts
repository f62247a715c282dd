import { hostname } from "node:os";
import { type Logger, noTracer, silentLogger, sleep, type Tracer } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { chooseSizing, type Sizing } from "../../pool/sizing.ts";
import type { ReferenceString } from "../../types.ts";
import { connectNats, type NatsOptions } from "../connectNats.ts";
import { queueNames, requireName } from "../names.ts";
import { findQueue } from "../queueStreams.ts";
import { serveQueue } from "./serveQueue.ts";
import type { WorkerEvent } from "./servingState.ts";

/** Sizes that are left out are chosen by the cores and the memory of the machine. */
export type NatsWorkerOptions = NatsOptions & { readonly [P in keyof Sizing]?: Sizing[P] | undefined } & {
  /** The name of the queue; "frond" by default. */
  readonly name?: string | undefined;
  /** Tells this worker from all others; made of host and process by default. */
  readonly id?: string | undefined;
  readonly referenceString: ReferenceString;
  /** `~/.cache/frond` by default. */
  readonly cacheDirectory?: string | undefined;
  /** How far below this process proofs run, from 0 (the same) to 19; 0 by default: a worker does nothing else. */
  readonly niceness?: number | undefined;
  readonly onEvent?: ((event: WorkerEvent) => void) | undefined;
  readonly logger?: Logger | undefined;
  /** Shows how proofs of traced jobs are made. */
  readonly tracer?: Tracer | undefined;
};

export type NatsWorker = {
  readonly id: string;
  /**
   * Resolves when the worker was closed. Rejects when it can't go on: with ReferenceStringMismatchError,
   * WorkerIgnoredError.
   */
  readonly ended: Promise<void>;
  /** Gives back what it is at, for others, and ends its processes. */
  close(): Promise<void>;
};

const POLL_MILLISECONDS = 1_000;

/**
 * Takes jobs of a queue and proves them in processes of this machine, until it is closed; waits for the queue if nobody
 * has opened it yet. It needs the reference string and a
 * cache directory: circuits and inputs come from NATS, and are checked against their hashes.
 * @throws NatsUnavailableError
 */
export async function startNatsWorker(options: NatsWorkerOptions): Promise<NatsWorker> {
  const { cacheDirectory = defaultCacheDirectory(), niceness = 0, tracer = noTracer } = options;
  const { name = "frond", id = defaultId(), referenceString, logger = silentLogger, onEvent = () => {} } = options;
  requireName("worker", id);
  const names = queueNames(name);
  const sizing = chooseSizing(options);
  const link = await connectNats(options, `frond worker ${id}`);
  const closing = new AbortController();

  async function work(): Promise<void> {
    const queue = await waitForQueue();
    if (!queue) return;
    const local = { id, name, referenceString, cacheDirectory, niceness, sizing, onEvent, logger, tracer };
    await serveQueue({ ...queue, link, names }, local, closing.signal);
  }

  async function waitForQueue() {
    for (let isFirst = true; !closing.signal.aborted; isFirst = false) {
      const queue = await findQueue(link, names);
      if (queue) return queue;
      if (isFirst) onEvent({ event: "waiting" });
      await sleep(POLL_MILLISECONDS, { signal: closing.signal });
    }
    return undefined;
  }

  const ended = work().finally(() => link.connection.close());
  // Whoever does not wait for the end is not to be ended by it.
  ended.catch(() => {});
  return {
    id,
    ended,
    async close() {
      closing.abort();
      await ended.catch(() => {});
    },
  };
}

function defaultId(): string {
  return `${hostname()
    .replaceAll(/[^A-Za-z0-9_-]/g, "-")
    .slice(0, 48)}-${process.pid}`;
}
