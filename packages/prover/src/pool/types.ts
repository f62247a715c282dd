import type { Field } from "@frond/foundation";
import type { JobKind, WorkerStatus } from "../queue/types.ts";
import type { PreparedCircuit } from "../types.ts";

/** What must be known of a job to find room for it. */
export type Demand = { readonly id: string; readonly rows: number; readonly priority: number };

export type Task = Demand & {
  readonly kind: JobKind;
  readonly circuit: PreparedCircuit;
  readonly circuitId: string;
  readonly inputsHash: string;
  /** The `traceparent` of the span that waits for the proof. */
  readonly trace?: string | undefined;
  readInputs(): Promise<Uint8Array>;
  /**
   * Seconds after which this attempt takes too long, as far as is known now: it may become more while the attempt goes
   * on.
   */
  limitSeconds(): number;
  /** Attempts that were lost before this one. */
  failures(): number;
  /** Told whenever a worker begins with it. */
  onStarted(worker: string): void;
  /** Told when a worker that had begun was lost, and another will begin. Returns false when it shall not. */
  onLost(error: Error): Promise<boolean>;
};

export type ClaimedProof = {
  readonly publicInputs: readonly Field[];
  readonly proof: readonly Field[];
  readonly witnessSeconds: number;
  readonly provingSeconds: number;
};

export type Refusal = { readonly code: string; readonly message: string };

/**
 * What a worker says about a task: a proof, or why there can be none. Of a worker that is not trusted it may be a lie.
 */
export type Claim = { readonly worker: string; readonly isTrusted: boolean } & (
  | { readonly proof: ClaimedProof }
  | { readonly refusal: Refusal }
);

/** Room for one job. It is given back by `release`, or at the end of `run`. */
export type Seat = {
  /**
   * Has the task done. An aborted one rejects soon, with anything; when the reason is JobForgottenError, nobody needs
   * to go on with it.
   * @throws an error for which `isPassing` holds when another attempt may help
   */
  run(task: Task, signal: AbortSignal): Promise<Claim>;
  release(): void;
};

/** Where proofs are made. */
export interface Pool {
  /** Whether a job that finds no room keeps those behind it waiting too. */
  readonly keepsOrder: boolean;
  /** @throws JobTooLargeError for what there will never be room for */
  requireRoom(circuit: string, rows: number): void;
  reserve(demand: Demand): Seat | undefined;
  workers(): readonly Omit<WorkerStatus, "done" | "lies" | "ignored">[];
  /** Takes nothing more from this worker. */
  ignore(worker: string): void;
  close(): Promise<void>;
}

/** What a pool tells the queue. */
export type PoolEvents = {
  /** There may be room now. */
  onRoom(): void;
  /** A claim about a task that nobody runs: made for a queue that has ended since. */
  onFound(id: string, claim: Claim): Promise<void>;
};
