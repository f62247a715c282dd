import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@frond/foundation";
import type { ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import type { Claim, Demand, PoolEvents, Task } from "../../pool/types.ts";
import type { createLimiter } from "../../process/limiter.ts";
import type { NatsLink } from "../connectNats.ts";
import type { Presence } from "../messages.ts";
import type { QueueNames } from "../names.ts";
import type { QueueObjects } from "../queueStreams.ts";

export type NatsPoolOptions = {
  readonly link: NatsLink;
  readonly names: QueueNames;
  readonly objects: QueueObjects;
  /** Makes what a NATS that lost its data does not have any more. */
  readonly makeStreams: () => Promise<unknown>;
  /** Workers with another one are left alone. */
  readonly referenceString: string;
  readonly heartbeatSeconds: number;
  /** After which a job of so many rows is given up although a worker says that it is at it. */
  readonly jobSeconds: (rows: number) => number;
  readonly logger: Logger;
};

/** What a worker last said of itself. */
export type View = Presence & { readonly id: string; readonly seenAt: number };

/** A task that was given to whoever takes it. */
export type Offer = {
  readonly task: Task;
  readonly accept: (claim: Claim, message?: JsMsg) => void;
  readonly reject: (error: Error) => void;
  /** Its message in the stream; undefined while it is being published, or when a worker was at it already. */
  sequence: number | undefined;
  offeredAt: number;
  worker: string | undefined;
  takenAt: number;
  /** Since when the worker says that it is not at it any more. */
  droppedAt: number | undefined;
};

/** What a pool knows of its jobs and workers. The functions of this folder read and change it; nobody else does. */
export type PoolState = NatsPoolOptions & {
  readonly events: PoolEvents;
  readonly offers: Map<string, Offer>;
  /** Jobs that are offered, or about to be, and that no worker has taken. */
  readonly seated: Map<string, Demand>;
  readonly views: Map<string, View>;
  readonly ignored: Set<string>;
  readonly uploaded: Set<string>;
  /** One at a time, or what is being removed for one job could be missing for the next. */
  readonly inInputs: ReturnType<typeof createLimiter>;
  results: ConsumerMessages | undefined;
  /** When what came while nobody had the queue open has been looked at, so that none of it is offered again. */
  caughtUp: Promise<void>;
  isOpen: boolean;
  isClosing: boolean;
};

const RETRY_MILLISECONDS = 1_000;

/** Does something that fails while NATS is away, until it succeeds. @throws PoolClosed when nobody is interested any more */
export async function insist<T>(
  state: PoolState,
  { what, work, signal }: { readonly what: string; readonly work: () => Promise<T>; readonly signal?: AbortSignal },
): Promise<T> {
  for (;;) {
    if (state.isClosing || signal?.aborted) throw new PoolClosed();
    try {
      return await work();
    } catch (error) {
      if (state.isClosing || signal?.aborted) throw new PoolClosed();
      state.logger.warn(`NATS failed while ${what}; trying again`, { reason: (error as Error).message });
      await sleep(RETRY_MILLISECONDS);
    }
  }
}

/** Ends a wait that nobody is interested in any more; the queue does not look at it. */
export class PoolClosed extends Error {}
