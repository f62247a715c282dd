import type { Field } from "@frond/foundation";
import type { InputMap, PreparedCircuit, ProofResult } from "../types.ts";

export type JobKind = "block" | "aggregate" | "settlement";

/** A proof to be made. */
export type ProofJob = {
  readonly kind: JobKind;
  /** The circuit, or the id or program digest of one that was registered. */
  readonly circuit: PreparedCircuit | string;
  /** What a proof has to state. Without it, a remote worker could prove another statement of the circuit. */
  readonly expect?: readonly Field[] | undefined;
  /** The greatest goes first, among those that can; 0 by default. */
  readonly priority?: number | undefined;
  /** Ids of jobs that must be done before; if one fails, this one does. */
  readonly after?: readonly string[] | undefined;
  /** The `traceparent` of the span that waits for the proof, for whoever makes it. */
  readonly trace?: string | undefined;
} & (
  | { readonly inputs: InputMap }
  /**
   * Inputs kept elsewhere: the hash of what `encodeInputs` made of them. The queue's `readInputs` is asked for the
   * bytes when they are needed.
   */
  | { readonly inputsHash: string }
);

/** A verified proof, who made it, and how long that took. */
export type ProvenJob = {
  readonly publicInputs: readonly Field[];
  readonly proof: readonly Field[];
  readonly proofBytes: Uint8Array;
  /** Id of its circuit. */
  readonly circuit: string;
  readonly worker: string;
  readonly witnessSeconds: number;
  readonly provingSeconds: number;
};

/**
 * Why a job was given up. `isFinal`: whoever tries, it can't be proven; otherwise machines failed, and another attempt
 * may help.
 */
export type JobFailure = { readonly code: string; readonly message: string; readonly isFinal: boolean };

/** A job as it is kept. `number` is its place in the order of submission. Done jobs are not kept: their results are. */
export type StoredProofJob = {
  readonly id: string;
  readonly number: number;
  readonly kind: JobKind;
  /** Id of its circuit, and what must be known of it without having it. */
  readonly circuit: string;
  readonly circuitName: string;
  readonly rows: number;
  readonly inputsHash: string;
  readonly expect: readonly Field[] | undefined;
  readonly priority: number;
  readonly after: readonly string[];
  readonly trace?: string | undefined;
  /** Of attempts that failed for a reason which may pass. */
  readonly failures: number;
  /** Attempts that were stopped because they took too long; the next one has more time. */
  readonly overdues?: number | undefined;
  /** Why it will not be tried again. */
  readonly error?: JobFailure | undefined;
};

/** What is remembered of a worker. */
export type WorkerRecord = { readonly done: number; readonly lies: number };

/**
 * One durable table: what `put` and `delete` did is kept once their promise resolves. Values are plain data with
 * bigints and byte arrays.
 */
export interface QueueTable<T> {
  get(key: string): T | undefined;
  put(key: string, value: T): Promise<void>;
  delete(key: string): Promise<void>;
  entries(): Iterable<readonly [key: string, value: T]>;
}

/** What a queue must not forget. `inputs` are by their hash. */
export type QueueStore = {
  readonly jobs: QueueTable<StoredProofJob>;
  readonly results: QueueTable<ProvenJob>;
  readonly inputs: QueueTable<Uint8Array>;
  readonly workers: QueueTable<WorkerRecord>;
};

export type RunningJob = {
  readonly id: string;
  readonly kind: JobKind;
  readonly circuit: string;
  readonly worker: string;
  readonly seconds: number;
};

export type WorkerStatus = {
  readonly id: string;
  readonly host: string;
  /** How many proofs it makes at a time, and the memory that they may take together. */
  readonly workers: number;
  readonly memoryBytes: number;
  /** Ids of the jobs that it is at. */
  readonly running: readonly string[];
  readonly done: number;
  /** Results that were wrong. After two the worker is ignored. */
  readonly lies: number;
  readonly ignored: boolean;
};

export type QueueStatus = {
  readonly waiting: number;
  readonly running: readonly RunningJob[];
  readonly failed: readonly { readonly id: string; readonly kind: JobKind; readonly error: JobFailure }[];
  readonly workers: readonly WorkerStatus[];
};

/** What happened to a job. "lied": a worker gave a wrong result, which was thrown away; the job is given out again. */
export type QueueEvent = {
  readonly event: "started" | "proven" | "retried" | "lied" | "failed";
  readonly id: string;
  readonly kind: JobKind;
  /** Name of its circuit. */
  readonly circuit: string;
  readonly worker?: string | undefined;
  readonly provingSeconds?: number | undefined;
  readonly reason?: string | undefined;
};

/**
 * Makes proofs, on this machine or on many. Whatever was submitted is proven, by this queue or by the next one over the
 * same store.
 */
export interface ProofQueue {
  /**
   * Keeps a circuit for jobs that name it by the id that this gives. A job that brings its circuit registers it too.
   */
  register(circuit: PreparedCircuit): Promise<string>;
  /** Forgets a circuit that no job needs any more. Doing so twice does nothing. */
  unregister(circuit: Pick<PreparedCircuit, "digest" | "target" | "key">): Promise<void>;
  /** A registered circuit, by id or by its program's digest. */
  circuit(id: string): Promise<PreparedCircuit | undefined>;
  /**
   * Keeps the job, durably, and gives its id: the hash of circuit and inputs. The same job twice is one job; one that
   * had failed is tried again.
   * @throws UnknownCircuitError, JobTooLargeError, QueueClosedError
   */
  submit(job: ProofJob): Promise<string>;
  /** Waits for a job's proof. @throws JobFailedError, UnknownJobError, JobForgottenError, QueueClosedError */
  result(id: string): Promise<ProvenJob>;
  /**
   * Forgets a result that nobody needs any more, or takes back a job that is not done; its worker is stopped if it is
   * one of this machine.
   */
  forget(id: string): Promise<void>;
  /**
   * Whether a proof from anywhere verifies: milliseconds, in a process of this machine. Never throws on a malformed
   * one.
   */
  verify(circuit: PreparedCircuit, proof: Pick<ProofResult, "publicInputs" | "proof">): Promise<boolean>;
  status(): QueueStatus;
  /** Tells what happens to jobs, until the function that it returns is called. */
  onProgress(listener: (event: QueueEvent) => void): () => void;
  /**
   * Ends the workers of this machine. What is not done is done by the next queue over the same store. Closing twice
   * does nothing.
   */
  close(): Promise<void>;
}
