import type { Logger, Tracer } from "@frond/foundation";
import type { CircuitShelf } from "../../circuits/circuitShelf.ts";
import type { Sizing } from "../../pool/sizing.ts";
import type { Pool } from "../../pool/types.ts";
import type { Pace } from "../../queue/timeLimit.ts";
import type { JobKind } from "../../queue/types.ts";
import type { ReferenceString } from "../../types.ts";
import type { NatsLink } from "../connectNats.ts";
import type { QueueRecord } from "../messages.ts";
import type { QueueNames } from "../names.ts";
import type { QueueObjects } from "../queueStreams.ts";
import type { Lease } from "./takeJob.ts";

/** What happens to a worker. "waiting": nobody has opened the queue yet. */
export type WorkerEvent =
  | { readonly event: "waiting" }
  | ({ readonly event: "joined"; readonly worker: string; readonly queue: string } & Sizing)
  | { readonly event: "started"; readonly job: string; readonly kind: JobKind; readonly circuit: string }
  | { readonly event: "proven"; readonly job: string; readonly witnessSeconds: number; readonly provingSeconds: number }
  | { readonly event: "refused"; readonly job: string; readonly code: string; readonly message: string };

export type ServedQueue = QueueObjects & {
  readonly record: QueueRecord;
  readonly link: NatsLink;
  readonly names: QueueNames;
};

export type ServingWorker = {
  readonly id: string;
  readonly name: string;
  readonly referenceString: ReferenceString;
  readonly cacheDirectory: string;
  readonly niceness: number;
  readonly sizing: Sizing;
  readonly onEvent: (event: WorkerEvent) => void;
  readonly logger: Logger;
  readonly tracer: Tracer;
};

/** A job under way. It has several leases when the first ran out and it came back to the same worker. */
export type Held = { readonly leases: Lease[]; readonly abort: AbortController; isCancelled?: true };

/** What a worker of a queue knows, and what it works with. */
export type ServingState = {
  readonly queue: ServedQueue;
  readonly worker: ServingWorker;
  readonly pool: Pool;
  readonly circuits: CircuitShelf;
  readonly held: Map<string, Held>;
  readonly working: Set<Promise<void>>;
  readonly stopping: AbortController;
  /** Of the last proofs: see `notePace`. */
  pace: Pace;
  /** Of asking NATS for a job, from 1; an attempt that is answered is followed by a first one. */
  takeAttempt: number;
  /** Why the worker can't go on. */
  failure: Error | undefined;
  /** Ends the pause before jobs are looked for again. */
  wake: () => void;
};

/** Ends the worker's work, because of `error` if there is one. */
export function stopServing(state: ServingState, error?: Error): void {
  state.failure ??= error;
  state.stopping.abort();
  state.wake();
}
