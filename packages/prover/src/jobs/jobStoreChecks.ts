import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { JobResult, JobStore, StoredJob } from "./types.ts";

/** Opens a store that is empty, and opens the same one again as after a restart. */
export type JobStoreUnderTest = { readonly open: () => Promise<JobStore>; readonly reopen: () => Promise<JobStore> };

/** What every {@link JobStore} must do, as named checks for any test runner: `for (const [name, check] of jobStoreChecks(..)) test(name, check)`. */
export function jobStoreChecks({ open, reopen }: JobStoreUnderTest): [name: string, check: () => Promise<void>][] {
  return [
    [
      "keeps jobs and results over a restart, exactly",
      async () => {
        const store = await open();
        await store.jobs.put("a", job("a"));
        await store.results.put("a", RESULT);
        const again = await reopen();
        deepStrictEqual(again.jobs.get("a"), job("a"));
        deepStrictEqual(plain(again.results.get("a")), plain(RESULT));
      },
    ],
    [
      "replaces, deletes and lists",
      async () => {
        const { jobs } = await open();
        await jobs.put("a", job("a"));
        await jobs.put("b", job("b"));
        await jobs.put("a", { ...job("a"), failures: 2 });
        await jobs.delete("b");
        await jobs.delete("never there");
        deepStrictEqual([...jobs.entries()], [["a", { ...job("a"), failures: 2 }]]);
        strictEqual(jobs.get("b"), undefined);
      },
    ],
    [
      "keeps jobs and results apart",
      async () => {
        const { jobs, results } = await open();
        await jobs.put("a", job("a"));
        strictEqual(results.get("a"), undefined);
        await results.delete("a");
        deepStrictEqual(jobs.get("a"), job("a"));
      },
    ],
    [
      "does not change with the value that was put",
      async () => {
        const { results } = await open();
        const proofBytes = Uint8Array.from(RESULT.proofBytes);
        await results.put("a", { ...RESULT, proofBytes });
        proofBytes.fill(0);
        deepStrictEqual(plain(results.get("a")), plain(RESULT));
      },
    ],
  ];
}

function job(id: string): StoredJob {
  const inputs = { recipe: "sum", argument: { amount: 5n, parts: ["x", true, 1] } };
  return { id, number: 3, kind: "aggregate", circuit: "aggregate", inputs, after: ["c"], priority: 2, failures: 0 };
}

const RESULT: JobResult = { publicInputs: [1n, 2n ** 253n], proof: [3n], proofBytes: Uint8Array.of(1, 2, 255) };

/** A byte array may come back as a Buffer. */
function plain(result: JobResult | undefined) {
  return result && { ...result, proofBytes: [...result.proofBytes] };
}
