import type { Field } from "@frond/foundation";
import type { InputMap, PreparedCircuit } from "../types.ts";

export type JobKind = "block" | "aggregate" | "settlement";

/**
 * Where a job's inputs come from: given, or made by the recipe of that name from `argument` (plain data) and the results of the jobs in `after`, in their order. A recipe has
 * a name because a function would not survive a restart.
 */
export type JobInputs = { readonly given: InputMap } | { readonly recipe: string; readonly argument: unknown };
export type Recipe = (argument: never, results: readonly JobResult[]) => InputMap | Promise<InputMap>;

/** A proof to be made. */
export type JobDescription = {
  readonly kind: JobKind;
  /** Name of a circuit that the queue knows. */
  readonly circuit: string;
  readonly inputs: JobInputs;
  /** Ids of the jobs whose proofs this one needs. */
  readonly after?: readonly string[];
  /** The greatest goes first, among those that can; 0 by default. */
  readonly priority?: number;
};

/** A verified proof, without its timings. */
export type JobResult = {
  readonly publicInputs: readonly Field[];
  readonly proof: readonly Field[];
  readonly proofBytes: Uint8Array;
};

/** A job as it is kept. `number` is its place in the order of submission. Done jobs are not kept: their results are. */
export type StoredJob = Required<JobDescription> & {
  readonly id: string;
  readonly number: number;
  /** Of attempts that failed for a reason which may pass. */
  readonly failures: number;
  /** Why it will not be tried again. */
  readonly error?: { readonly code: string; readonly message: string };
};

/** One durable table: what `put` and `delete` did is kept once their promise resolves. Values are plain data with bigints and byte arrays. */
export interface JobTable<T> {
  get(key: string): T | undefined;
  put(key: string, value: T): Promise<void>;
  delete(key: string): Promise<void>;
  entries(): Iterable<readonly [key: string, value: T]>;
}

/** What a queue must not forget. */
export type JobStore = { readonly jobs: JobTable<StoredJob>; readonly results: JobTable<JobResult> };

export interface JobQueue {
  /** Keeps the job, durably, and gives its id: the hash of what it proves. The same job twice is one job; one that had failed is tried again. */
  submit(job: JobDescription): Promise<string>;
  /** Waits for a job's proof. @throws JobFailedError, UnknownJobError */
  result(id: string): Promise<JobResult>;
  /** Forgets a result that nobody needs any more. */
  forget(id: string): Promise<void>;
  status(): { readonly waiting: number; readonly running: number; readonly failed: number };
  /** Starts nothing more. What is under way is done again by the next queue over the same store. */
  close(): void;
}

/** The circuit of a name; its key is part of a job's id. */
export type CircuitOf = (name: string) => PreparedCircuit;
