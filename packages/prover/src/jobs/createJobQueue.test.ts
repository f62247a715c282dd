import { describe, expect, test } from "vitest";
import { ProofDoesNotVerifyError, ProverProcessError } from "../errors.ts";
import type { InputMap, PreparedCircuit, ProofResult } from "../types.ts";
import { createJobQueue, type JobQueueOptions } from "./createJobQueue.ts";
import { jobStoreChecks } from "./jobStoreChecks.ts";
import { memoryJobStore } from "./memoryJobStore.ts";
import type { JobDescription, JobStore } from "./types.ts";

let opened: JobStore;
describe("memory job store", () => {
  const checks = jobStoreChecks({
    open: async () => {
      opened = memoryJobStore();
      return opened;
    },
    reopen: async () => opened,
  });
  for (const [name, check] of checks) test(name, check);
});

function circuitOf(name: string): PreparedCircuit {
  const key = { bytes: new Uint8Array(), fields: [], hash: BigInt(name.length) };
  return { name, digest: name, target: "recursive", gates: 1, dyadic: 1, key };
}

/** "Proves" its input `x` as public input, when it is let go. */
function fakeProver() {
  const asked: { x: string; finish(): void; fail(error: Error): void }[] = [];
  const prove = (_: PreparedCircuit, { x }: InputMap) =>
    new Promise<ProofResult>((resolve, reject) => {
      const times = { witnessSeconds: 0, provingSeconds: 0, verifyingSeconds: 0 };
      const finish = () =>
        resolve({ publicInputs: [BigInt(x as string)], proof: [], proofBytes: new Uint8Array(), ...times });
      asked.push({ x: x as string, finish, fail: reject });
    });
  const names = () => asked.map(({ x }) => x);
  return { asked, names, prove };
}

const block = (x: number, priority = 0): JobDescription => ({
  kind: "block",
  circuit: "block",
  inputs: { given: { x: `${x}` } },
  priority,
});
const sumOf = (...after: string[]): JobDescription => ({
  kind: "aggregate",
  circuit: "aggregate",
  inputs: { recipe: "sum", argument: { plus: 100n } },
  after,
});
const recipes: NonNullable<JobQueueOptions["recipes"]> = {
  sum: ({ plus }: { plus: bigint }, results) => ({
    x: `${results.reduce((sum, { publicInputs }) => sum + publicInputs[0]!, plus)}`,
  }),
};

function start(store = memoryJobStore(), options: Partial<JobQueueOptions> = {}) {
  const prover = fakeProver();
  const queue = createJobQueue({ store, prover, circuitOf, recipes, pause: 1, ...options });
  return { queue, store, ...prover };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 10));

test("a job waits for those it depends on, and gets their results", async () => {
  const { queue, asked, names } = start();
  const [one, two] = [await queue.submit(block(1)), await queue.submit(block(2))];
  const sum = await queue.submit(sumOf(one, two));
  asked[0]!.finish();
  await settle();
  expect(names()).toEqual(["1", "2"]);
  asked[1]!.finish();
  await settle();
  expect(names()).toEqual(["1", "2", "103"]);
  asked[2]!.finish();
  expect((await queue.result(sum)).publicInputs).toEqual([103n]);
  expect(queue.status()).toEqual({ waiting: 0, running: 0, failed: 0 });
});

test("the greatest priority goes first, then the order of submission, and no more than allowed at a time", async () => {
  const { queue, asked, names } = start(memoryJobStore(), { concurrency: 1 });
  for (const [x, priority] of [
    [1, 0],
    [2, 0],
    [3, 5],
    [4, 5],
    [5, 1],
  ] as const)
    await queue.submit(block(x, priority));
  for (let i = 0; i < 5; i++) {
    expect(asked).toHaveLength(i + 1);
    asked[i]!.finish();
    await settle();
  }
  expect(names()).toEqual(["1", "3", "4", "5", "2"]);
});

test("the same job twice is proven once, also when it is done", async () => {
  const { queue, asked, names } = start();
  const ids = [await queue.submit(block(1)), await queue.submit(block(1, 7))];
  expect(ids[0]).toBe(ids[1]);
  asked[0]!.finish();
  await queue.result(ids[0]!);
  await queue.submit(block(1));
  expect(names()).toEqual(["1"]);
  expect(await queue.submit(block(2))).not.toBe(ids[0]);
});

test("what was being proven when the process died is proven after restart", async () => {
  const store = memoryJobStore();
  const before = start(store);
  const one = await before.queue.submit(block(1));
  const two = await before.queue.submit(block(2));
  const sum = await before.queue.submit(sumOf(one, two));
  before.asked[0]!.finish();
  await before.queue.result(one);

  const after = start(store);
  await settle();
  expect(after.names()).toEqual(["2"]);
  after.asked[0]!.finish();
  await settle();
  after.asked[1]!.finish();
  expect((await after.queue.result(sum)).publicInputs).toEqual([103n]);
  expect([...store.jobs.entries()]).toEqual([]);
});

test("a prover process that dies gives another attempt, but not for ever", async () => {
  const { queue, asked, names } = start();
  const id = await queue.submit(block(1));
  const result = queue.result(id).catch((error) => error);
  for (let i = 0; i < 3; i++) {
    expect(asked).toHaveLength(i + 1);
    asked[i]!.fail(new ProverProcessError("killed"));
    await settle();
  }
  expect(names()).toEqual(["1", "1", "1"]);
  expect(await result).toMatchObject({ code: "JOB_FAILED", data: { error: { code: "PROVER_PROCESS" } } });
  expect(queue.status()).toEqual({ waiting: 0, running: 0, failed: 1 });

  await queue.submit(block(1));
  asked[3]!.finish();
  expect((await queue.result(id)).publicInputs).toEqual([1n]);
});

test("a job that can't succeed fails at once, and those that depend on it with it", async () => {
  const { queue, asked, names } = start();
  const one = await queue.submit(block(1));
  const sum = await queue.submit(sumOf(one));
  const top = await queue.submit(sumOf(sum));
  const results = Promise.all([one, sum, top].map((id) => queue.result(id).catch((error) => error.code)));
  asked[0]!.fail(new ProofDoesNotVerifyError("block"));
  expect(await results).toEqual(["JOB_FAILED", "JOB_FAILED", "JOB_FAILED"]);
  expect(names()).toEqual(["1"]);
  await expect(queue.result(sum)).rejects.toThrow("The proof of the circuit block does not verify");
});

test("a job after one that nobody knows, or with an unknown recipe, fails", async () => {
  const { queue } = start();
  const orphan = await queue.submit(sumOf("f".repeat(64)));
  await expect(queue.result(orphan)).rejects.toMatchObject({ code: "JOB_FAILED" });
  const nameless = await queue.submit({ ...block(1), inputs: { recipe: "none", argument: 0 } });
  await expect(queue.result(nameless)).rejects.toThrow("there is no recipe none");
  await expect(queue.result("no job")).rejects.toMatchObject({ code: "UNKNOWN_JOB" });
});

test("closing starts nothing more, tells those who wait, and keeps the jobs", async () => {
  const { queue, store, asked, names } = start(memoryJobStore(), { concurrency: 1 });
  const [one] = [await queue.submit(block(1)), await queue.submit(block(2))];
  const result = queue.result(one).catch((error) => error.code);
  queue.close();
  expect(await result).toBe("JOB_QUEUE_CLOSED");
  asked[0]!.fail(new ProverProcessError("closed"));
  await settle();
  expect(names()).toEqual(["1"]);
  await expect(queue.submit(block(3))).rejects.toMatchObject({ code: "JOB_QUEUE_CLOSED" });
  expect([...store.jobs.entries()].map(([, { failures }]) => failures)).toEqual([0, 0]);
});
