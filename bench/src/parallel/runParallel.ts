import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Field } from "@frond/foundation";
import type { Transaction } from "@frond/protocol";
import type { Result, State } from "./state.ts";
import { threadTime } from "./threadTime.ts";
import { accountOf, type Workload, type WorkloadName } from "./workloads.ts";

export type Batch = {
  readonly first: number;
  readonly transactions: readonly Transaction[];
  readonly speculate: readonly boolean[];
  /** What the worker does not know yet. */
  readonly updates: readonly (readonly [key: Field, values: readonly Field[], version: number])[];
};
export type BatchAnswer = { readonly valid: readonly boolean[]; readonly results: readonly (Result | undefined)[] };

export type WorkerStart = {
  readonly workload: WorkloadName;
  readonly entries: readonly (readonly [key: Field, values: readonly Field[]])[];
  /** The first batch. */
  readonly first: readonly Transaction[];
};

export type ParallelRun = {
  /** Microseconds on a processor a transaction, in this thread and in the worker. */
  readonly here: number;
  readonly there: number;
  /** Share of the speculated transactions that had to be executed again. */
  readonly conflicts: number;
  readonly state: State;
};

export const BATCH = 64;

/**
 * One worker checks all signatures and executes a share of the transactions on its copy of the state while this thread
 * executes the others; this thread applies all in order, executing again what has not seen the state it should have.
 * Share 0 is what the sequencer does. A batch is checked while the one before is executed.
 */
export async function runParallel(workload: Workload, share: number): Promise<ParallelRun> {
  const state = workload.begin();
  const worker = await startWorker(workload, state);
  const { transactions } = workload;
  let updates: [Field, readonly Field[], number][] = [];
  let speculated = 0;
  let conflicts = 0;

  const send = (first: number): Promise<BatchAnswer> | undefined => {
    const part = transactions.slice(first, first + BATCH);
    if (part.length === 0) return undefined;
    // By sender, so that an account's transactions are executed in one place.
    const speculate = part.map((transaction) => Number(accountOf(transaction).sender % 100n) < share * 100);
    const answer = once(worker, "message").then(([message]) => message as BatchAnswer);
    worker.postMessage({ first, transactions: part, speculate, updates } satisfies Batch);
    updates = [];
    return answer;
  };
  const executeHere = (transaction: Transaction, version: number): void => {
    const { sender } = accountOf(transaction);
    for (const [key, values] of state.execute({ transaction, sender }, version).writes)
      if (share > 0) updates.push([key, values, version]);
  };

  const before = threadTime();
  let next = send(0);
  for (let first = 0; next !== undefined; first += BATCH) {
    const { valid, results } = await next;
    next = send(first + BATCH);
    for (const [i, result] of results.entries()) {
      const version = first + i;
      if (!valid[i]) throw new Error("A signature of the benchmark is wrong.");
      if (result !== undefined) speculated++;
      if (result !== undefined && state.apply(result, version)) continue;
      if (result !== undefined) conflicts++;
      executeHere(transactions[version]!, version + 0.5);
    }
    // Lets the answer in.
    await new Promise(setImmediate);
  }
  const perTransaction = 1_000 / transactions.length;
  const here = (threadTime() - before) * perTransaction;
  const told = once(worker, "message");
  worker.postMessage(undefined);
  const [time] = (await told) as [number];
  return { here, there: time * perTransaction, conflicts: speculated === 0 ? 0 : conflicts / speculated, state };
}

async function startWorker({ name, transactions }: Workload, state: State): Promise<Worker> {
  const entry = fileURLToPath(new URL("./worker.ts", import.meta.url));
  // Threads do not inherit the loader of TypeScript.
  const source = `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(entry)}); })`;
  const first = transactions.slice(0, BATCH);
  const workerData: WorkerStart = { workload: name, entries: state.entries(), first };
  const worker = new Worker(source, { eval: true, workerData, execArgv: [] });
  await once(worker, "message");
  return worker;
}
