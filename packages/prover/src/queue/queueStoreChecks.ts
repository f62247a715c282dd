import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { ProvenJob, QueueStore, StoredProofJob } from "./types.ts";

/** Opens a store that is empty, and opens the same one again as after a restart. */
export type QueueStoreUnderTest = {
  readonly open: () => Promise<QueueStore>;
  readonly reopen: () => Promise<QueueStore>;
};

/**
 * What every {@link QueueStore} must do, as named checks for any test runner: `for (const [name, check] of
 * queueStoreChecks(..)) test(name, check)`.
 */
export function queueStoreChecks({ open, reopen }: QueueStoreUnderTest): [name: string, check: () => Promise<void>][] {
  return [
    [
      "keeps jobs and results over a restart, exactly",
      async () => {
        const store = await open();
        await store.jobs.put("a", job("a"));
        await store.results.put("a", RESULT);
        await store.inputs.put("a", Uint8Array.of(1, 0, 255));
        const again = await reopen();
        deepStrictEqual(again.jobs.get("a"), job("a"));
        deepStrictEqual(plain(again.results.get("a")), plain(RESULT));
        deepStrictEqual([...again.inputs.get("a")!], [1, 0, 255]);
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
      "keeps its tables apart",
      async () => {
        const { jobs, results, workers } = await open();
        await jobs.put("a", job("a"));
        strictEqual(results.get("a"), undefined);
        await results.delete("a");
        await workers.put("a", { done: 1, lies: 0 });
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

function job(id: string): StoredProofJob {
  return {
    id,
    number: 3,
    kind: "aggregate",
    circuit: "f".repeat(64),
    circuitName: "aggregate",
    rows: 2 ** 21,
    inputsHash: "e".repeat(64),
    expect: [1n, 2n ** 253n],
    priority: -2,
    after: ["c"],
    failures: 0,
  };
}

const RESULT: ProvenJob = {
  publicInputs: [1n, 2n ** 253n],
  proof: [3n],
  proofBytes: Uint8Array.of(1, 2, 255),
  circuit: "f".repeat(64),
  worker: "local-1",
  witnessSeconds: 0.25,
  provingSeconds: 1.5,
};

/** A byte array may come back as a Buffer. */
function plain(result: ProvenJob | undefined) {
  return result && { ...result, proofBytes: [...result.proofBytes] };
}
