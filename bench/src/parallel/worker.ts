import { parentPort, workerData } from "node:worker_threads";
import { verifyTransactions } from "@frond/protocol";
import type { Batch, BatchAnswer, WorkerStart } from "./runParallel.ts";
import { createState, type Result, type State } from "./state.ts";
import { threadTime } from "./threadTime.ts";
import { accountOf, programOf } from "./workloads.ts";

const WARM_UP = 10;

/*
 * Checks the signatures of a batch, and executes those of its transactions that it is asked to on its own copy of the
 * state.
 */

const { workload, entries, first } = workerData as WorkerStart;
const program = programOf(workload);
function begin(): State {
  const state = createState(program);
  for (const [key, values] of entries) state.set(key, values);
  return state;
}
// A node has run for long: its code is compiled.
for (let i = 0; i < WARM_UP; i++) {
  const state = begin();
  for (const transaction of first) state.execute({ transaction, sender: accountOf(transaction).sender });
  verifyTransactions(first);
}
const state = begin();

const begun = threadTime();

parentPort!.on("message", (batch: Batch | undefined) => {
  if (batch === undefined) {
    parentPort!.postMessage(threadTime() - begun);
    parentPort!.close();
    return;
  }
  for (const [key, values, version] of batch.updates) state.set(key, values, version);
  const valid = verifyTransactions(batch.transactions);
  const results = batch.transactions.map((transaction, i): Result | undefined => {
    if (!batch.speculate[i]) return undefined;
    try {
      return state.execute({ transaction, sender: accountOf(transaction).sender }, batch.first + i);
    } catch {
      // Something before it is executed elsewhere, so the other side has to do this too.
      return undefined;
    }
  });
  parentPort!.postMessage({ valid, results } satisfies BatchAnswer);
});
parentPort!.postMessage("ready");
