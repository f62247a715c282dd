import { parentPort, workerData } from "node:worker_threads";
import { verifyTransactions } from "@frond/protocol";
import type { Batch, BatchAnswer } from "./runParallel.ts";
import { createState, type Result } from "./state.ts";
import { threadTime } from "./threadTime.ts";
import { accountOf, programOf, type WorkloadName } from "./workloads.ts";

/*
 * Checks the signatures of a batch, and executes those of its transactions that it is asked to on its own copy of the state.
 */

const { workload, entries } = workerData as { workload: WorkloadName; entries: [bigint, bigint[]][] };
const state = createState(programOf(workload));
for (const [key, values] of entries) state.set(key, values);

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
