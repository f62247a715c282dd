import type { ProofJob } from "@frond/prover";
import { memoryTables } from "@frond/store";
import { beforeEach, expect, it } from "vitest";
import { priorityOf, treeProverOf } from "./treeProver.ts";

let tables: ReturnType<typeof memoryTables>;
/** Jobs that are in the queue, by id. */
let jobs: Map<string, ProofJob>;
let isProving: Promise<void>;

beforeEach(() => {
  tables = memoryTables();
  jobs = new Map();
  isProving = Promise.resolve();
});

const circuit = { name: "block" } as never;
const request = (epoch: number, id = `${epoch}`) => ({
  kind: "block" as const,
  circuit,
  inputs: { id },
  expect: [],
  epoch,
});

/** A prover over a queue that keeps jobs, as one of a process over the same tables. */
function startProver() {
  const forgotten = { reject: new Map<string, (error: Error) => void>() };
  return treeProverOf({
    epochs: tables.table<number>("epochs"),
    queue: {
      async submit(job) {
        const id = (job as unknown as { inputs: { id: string } }).inputs.id;
        jobs.set(id, job);
        return id;
      },
      async result(id) {
        await Promise.race([isProving, new Promise((_, reject) => forgotten.reject.set(id, reject))]);
        return {
          publicInputs: [],
          proof: [],
          proofBytes: new Uint8Array(),
          witnessSeconds: 1,
          provingSeconds: 1,
        } as never;
      },
      async forget(id) {
        jobs.delete(id);
        forgotten.reject.get(id)?.(new Error("forgotten"));
      },
      verify: async () => true,
      status: () => ({ waiting: 0, running: [], failed: [], workers: [] }),
    },
  });
}

it("forgets the jobs of settled epochs, those of a process that died included", async () => {
  const first = startProver();
  for (const epoch of [1, 2, 3]) await first.prove(request(epoch));
  await startProver().forget(2);
  expect([...jobs.keys()]).toEqual(["3"]);
  expect([...tables.table("epochs").entries()]).toEqual([["3", 3]]);
});

it("takes a job back whose proof nobody needs any more, and begins none whose proof nobody needs", async () => {
  isProving = new Promise(() => {});
  const prover = startProver();
  const cancel = new AbortController();
  const proof = prover.prove({ ...request(1), signal: cancel.signal });
  await expect.poll(() => jobs.size).toBe(1);
  cancel.abort("its layer was set back");
  await expect(proof).rejects.toThrow();
  await expect(prover.prove({ ...request(1, "late"), signal: cancel.signal })).rejects.toBe("its layer was set back");
  await expect.poll(() => [jobs.size, [...tables.table("epochs").entries()].length]).toEqual([0, 0]);
});

it("takes a job back that was given up while it was handed over", async () => {
  const cancel = new AbortController();
  const proof = startProver().prove({ ...request(1), signal: cancel.signal });
  cancel.abort("its layer was set back");
  await expect(proof).rejects.toBe("its layer was set back");
  await expect.poll(() => jobs.size).toBe(0);
});

it("serves the oldest epoch first; in it what is near to L1; then layers that are believed, by turns", () => {
  const order = [
    { kind: "block", epoch: 1, turn: 63, isOfStranger: true },
    { kind: "settlement", epoch: 2 },
    { kind: "aggregate", epoch: 2 },
    { kind: "block", epoch: 2, turn: 0 },
    { kind: "block", epoch: 2, turn: 1 },
    { kind: "block", epoch: 2, turn: 1_000_000 },
    { kind: "block", epoch: 2, turn: 0, isOfStranger: true },
    { kind: "block", epoch: 2, turn: 3, isOfStranger: true },
    { kind: "settlement", epoch: 3 },
  ] as const;
  const priorities = order.map((of) => priorityOf({ ...request(of.epoch), ...of }));
  expect(priorities).toEqual([...priorities].sort((a, b) => b - a));
  expect(new Set(priorities).size).toBe(order.length);
});

it("gives the queue the span that waits for a proof", async () => {
  const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  await startProver().prove({ ...request(1), trace });
  expect(jobs.get("1")).toMatchObject({ trace });
});
