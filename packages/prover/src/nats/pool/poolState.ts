import { type Logger, retry } from "@frond/foundation";
import type { ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import type { Claim, Demand, PoolEvents, Task } from "../../pool/types.ts";
import type { createLimiter } from "../../process/limiter.ts";
import type { AwakeClock } from "../awakeClock.ts";
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
  readonly logger: Logger;
};

/**
 * What a worker last said of itself. `gap`: the longest of late between two signs of life. Times are those of the
 * pool's clock, in views and offers.
 */
export type View = Presence & { readonly id: string; readonly seenAt: number; readonly gap: number };

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
  readonly clock: AwakeClock;
  /** One at a time, or what is being removed for one job could be missing for the next. */
  readonly inInputs: ReturnType<typeof createLimiter>;
  results: ConsumerMessages | undefined;
  /** When what came while nobody had the queue open has been looked at, so that none of it is offered again. */
  caughtUp: Promise<void>;
  /** Whether NATS is there, as far as is known. */
  isConnected: boolean;
  isOpen: boolean;
  /** Aborted when the pool is closed. */
  readonly ended: AbortController;
};

const RETRY = { pauseMilliseconds: 1_000, longestPauseMilliseconds: 5_000 };

/**
 * Does something that fails while NATS is away, until it succeeds; `work` is given the number of the attempt, from 1.
 * @throws PoolClosed when the pool is closed, and the reason of `signal`
 */
export function insist<T>(
  { ended, logger }: PoolState,
  options: { readonly what: string; readonly work: (attempt: number) => Promise<T>; readonly signal?: AbortSignal },
): Promise<T> {
  const { what, work, signal } = options;
  const either = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]);
  return retry(work, { what, signal: either, logger, ...RETRY });
}

/** Ends a wait that nobody is interested in any more; the queue does not look at it. */
export class PoolClosed extends Error {}
