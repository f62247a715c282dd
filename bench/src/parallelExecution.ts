import { deserialize, serialize } from "node:v8";
import { verifyTransactions } from "@frond/protocol";
import { BATCH, type ParallelRun, runParallel } from "./parallel/runParallel.ts";
import type { Result } from "./parallel/state.ts";
import { threadTime } from "./parallel/threadTime.ts";
import { accountOf, createWorkload, type Workload, type WorkloadName } from "./parallel/workloads.ts";

/*
 * Whether executing transactions of one layer in a second thread gains (docs/decisions/0012-parallel-execution.md):
 * node --import tsx bench/src/parallelExecution.ts
 */

const WORKLOADS: readonly [WorkloadName, transactions: number][] = [
  ["swap", 2_048],
  ["compute", 1_024],
  ["heavy compute", 320],
];
const SHARES = [0, 0.35, 0.5, 1];
const REPEATS = Number(process.argv[2] ?? 3);

/**
 * Microseconds on a processor a transaction, all in this thread. Each is measured for all transactions at once, for the
 * clock of a thread moves in steps of milliseconds.
 */
function costs(workload: Workload) {
  const { transactions } = workload;
  const time = <T>(run: () => T): [result: T, microseconds: number] => {
    const before = threadTime();
    const result = run();
    return [result, ((threadTime() - before) * 1_000) / transactions.length];
  };
  const parts = Array.from({ length: Math.ceil(transactions.length / BATCH) }, (_, i) =>
    transactions.slice(i * BATCH, (i + 1) * BATCH),
  );
  const state = workload.begin();
  const copies = Array.from({ length: COPIES }, workload.begin);
  const [, verify] = time(() => parts.map(verifyTransactions));
  const [results, execute] = time(() =>
    transactions.map((transaction, i) => state.execute({ transaction, sender: accountOf(transaction).sender }, i)),
  );
  // What a message between threads costs the one that receives it.
  const bytes = parts.map((_, i) => serialize(results.slice(i * BATCH, (i + 1) * BATCH)));
  const [received, receive] = time(() => copies.map(() => bytes.flatMap((part) => deserialize(part) as Result[])));
  const [applied, apply] = time(() =>
    copies.map((copy, i) => received[i]!.every((result, j) => copy.apply(result, j))),
  );
  if (applied.includes(false)) throw new Error("Nothing can be in the way here.");
  return { verify, execute, receive: receive / COPIES, apply: apply / COPIES };
}

/** What costs little is done so often. */
const COPIES = 10;

const round = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0));

const contents = ({ state }: ParallelRun): string =>
  state
    .entries()
    .map(([key, values]) => [key, ...values].join())
    .sort()
    .join("\n");

for (const [name, count] of WORKLOADS) {
  const workload = createWorkload(name, count);
  // The first time is for the compiler of JavaScript.
  costs(workload);
  const { verify, execute, receive, apply } = costs(workload);
  console.log(`\n${name}: ${workload.instructions} instructions`);
  console.log(`  microseconds a transaction: signature ${round(verify)}, execution ${round(execute)}`);
  console.log(`  of a result from another thread: received ${round(receive)}, checked and applied ${round(apply)}`);
  let expected: string | undefined;
  for (const share of SHARES) {
    let best: ParallelRun | undefined;
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const run = await runParallel(workload, share);
      expected ??= contents(run);
      if (contents(run) !== expected)
        throw new Error("The result is not that of executing one transaction after the other.");
      if (best === undefined || slower(run) < slower(best)) best = run;
    }
    const { here, there, conflicts } = best!;
    console.log(
      `  ${share * 100}% executed by the verifying thread: it is busy for ${round(there)}, the sequencer for ${round(here)}; ` +
        `${round(1e6 / slower(best!))} a second on two free cores, ${round(conflicts * 100)}% executed again`,
    );
  }
}

/** The thread that is busy for longer says how fast both can be. */
function slower({ here, there }: ParallelRun): number {
  return Math.max(here, there);
}
