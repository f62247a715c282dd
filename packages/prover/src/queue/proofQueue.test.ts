import { sleep, until } from "@frond/foundation";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createProver } from "../createProver.ts";
import { createNatsQueue } from "../nats/createNatsQueue.ts";
import { jobMemory } from "../pool/jobMemory.ts";
import { temporaryCache } from "../testing/cacheDirectory.ts";
import { chainCircuit, endlessCircuit, productCircuit } from "../testing/circuits.ts";
import { type FrondWorker, startFrondWorker } from "../testing/frondWorker.ts";
import { type NatsServer, startNatsServer } from "../testing/natsServer.ts";
import { descendantsOf } from "../testing/processes.ts";
import type { PreparedCircuit, Prover, ReferenceString } from "../types.ts";
import { createLocalQueue } from "./createLocalQueue.ts";
import { memoryQueueStore } from "./memoryQueueStore.ts";
import { queueStoreChecks } from "./queueStoreChecks.ts";
import type { ProofJob, ProofQueue, QueueEvent, QueueStore } from "./types.ts";

const cache = temporaryCache();
let referenceString: ReferenceString;
let prover: Prover;
let product: PreparedCircuit;
/** A second of work. */
let chain: PreparedCircuit;

beforeAll(async () => {
  referenceString = await cache.referenceString();
  // Circuits are compiled once for all tests of this machine; what queues keep is of this file alone.
  prover = await createProver({ referenceString, niceness: 0 });
  product = await prover.prepare(productCircuit, "recursive");
  chain = await prover.prepare(chainCircuit(460), "recursive");
});
afterAll(() => prover.close());

describe("memory queue store", () => {
  let opened: QueueStore;
  const open = async () => {
    opened = memoryQueueStore();
    return opened;
  };
  for (const [name, check] of queueStoreChecks({ open, reopen: async () => opened })) test(name, check);
});

const quick = (x: number, more: Partial<ProofJob> = {}): ProofJob =>
  ({ kind: "block", circuit: product, inputs: { x: `${x}`, y: "10", z: `${x * 10}` }, ...more }) as ProofJob;
const slow = (start: number, more: Partial<ProofJob> = {}): ProofJob =>
  ({ kind: "aggregate", circuit: chain, inputs: { start: `${start}` }, ...more }) as ProofJob;

type OpenOptions = { readonly store?: QueueStore; readonly attempts?: number; readonly jobSeconds?: () => number };
/** Somewhere proofs are made, by two workers. */
type Implementation = {
  readonly start: () => Promise<void>;
  readonly open: (options: OpenOptions & { store: QueueStore; pause: number }) => Promise<ProofQueue>;
  /** Kills, without warning, the process that has the job of this worker. */
  readonly killWorker: (worker: string) => Promise<void>;
  /** Pids that processes which prove descend from. */
  readonly roots: () => readonly number[];
  readonly stop: () => Promise<void>;
};

const local: Implementation = {
  start: async () => {},
  open: (options) =>
    createLocalQueue({
      ...options,
      referenceString,
      prover,
      cacheDirectory: cache.directory,
      workers: 2,
      threadsPerWorker: 1,
      memoryBytes: 2e9,
      niceness: 0,
    }),
  async killWorker() {
    const proving = descendantsOf(process.pid).filter(({ command }) => command.includes("proverProcess"));
    process.kill(proving.at(-1)!.pid, "SIGKILL");
  },
  roots: () => [process.pid],
  stop: async () => {},
};

let server: NatsServer;
const workers = new Map<string, FrondWorker>();
async function addWorker(id: string, memory?: string): Promise<FrondWorker> {
  const place = { url: server.url, cacheDirectory: cache.directory };
  const worker = await startFrondWorker({ ...place, id, ...(memory ? { memory } : {}) });
  workers.set(id, worker);
  return worker;
}
const openNats = (options: OpenOptions & { store: QueueStore; pause?: number }) =>
  createNatsQueue({
    ...options,
    url: server.url,
    referenceString,
    prover,
    cacheDirectory: cache.directory,
    leaseSeconds: 4,
    heartbeatSeconds: 1,
    niceness: 0,
  });

const nats: Implementation = {
  async start() {
    server = await startNatsServer();
    await Promise.all(["one", "two"].map((id) => addWorker(id)));
  },
  open: openNats,
  async killWorker(id) {
    await workers.get(id)!.kill();
    workers.delete(id);
    void addWorker(id);
  },
  roots: () => [...workers.values()].map(({ pid }) => pid),
  async stop() {
    await Promise.all([...workers.values()].map((worker) => worker.kill()));
    workers.clear();
    await server.stop();
  },
};

describe.each([
  ["local processes", local],
  ["NATS JetStream and frond worker", nats],
])("a proof queue over %s", (_, implementation) => {
  let queue: ProofQueue;
  let events: QueueEvent[];
  const of = (event: QueueEvent["event"]) => events.filter((one) => one.event === event).map(({ id }) => id);

  beforeAll(implementation.start);
  afterAll(implementation.stop);
  afterEach(() => queue.close());

  async function open({ store = memoryQueueStore(), attempts = 3, ...limits }: OpenOptions = {}): Promise<QueueStore> {
    queue = await implementation.open({ store, attempts, pause: 50, ...limits });
    events = [];
    queue.onProgress((event) => events.push(event));
    return store;
  }

  test("proves, says who did it and how long it took, and keeps nothing but the result", async () => {
    const store = await open();
    const id = await queue.submit(quick(3, { expect: [30n] }));
    const result = await queue.result(id);
    expect(result).toMatchObject({ publicInputs: [30n], worker: expect.any(String) });
    expect(result.proofBytes).toHaveLength(410 * 32);
    expect(result.provingSeconds).toBeGreaterThan(0);
    expect(await queue.verify(product, result)).toBe(true);
    expect(await queue.verify(product, { ...result, publicInputs: [31n] })).toBe(false);
    expect([store.jobs, store.inputs].map((table) => [...table.entries()])).toEqual([[], []]);
    expect(queue.status()).toMatchObject({ waiting: 0, running: [], failed: [] });
    expect(queue.status().workers.reduce((sum, { done }) => sum + done, 0)).toBe(1);
    await queue.forget(id);
    await expect(queue.result(id)).rejects.toMatchObject({ code: "UNKNOWN_JOB" });
  });

  test("the same job twice is proven once, also when it is done", async () => {
    await open();
    const ids = await Promise.all([queue.submit(quick(4)), queue.submit(quick(4, { priority: 3 }))]);
    expect(ids[0]).toBe(ids[1]);
    await queue.result(ids[0]!);
    expect(await queue.submit(quick(4))).toBe(ids[0]);
    await queue.result(ids[0]!);
    expect(of("started")).toEqual([ids[0]]);
    expect(await queue.submit(quick(5))).not.toBe(ids[0]);
  });

  test("several at a time; a job waits for those that it comes after", async () => {
    await open();
    const first = await Promise.all([1, 2].map((start) => queue.submit(slow(start))));
    const last = await queue.submit(quick(6, { after: first, priority: 9 }));
    const most = { running: 0 };
    const watch = setInterval(() => {
      most.running = Math.max(most.running, queue.status().running.length);
    }, 20);
    await queue.result(last);
    clearInterval(watch);
    expect(most.running).toBe(2);
    expect(events.map(({ event, id }) => `${event} ${id}`).slice(-2)).toEqual([`started ${last}`, `proven ${last}`]);
    expect(new Set(events.filter(({ event }) => event === "started").map(({ worker }) => worker)).size).toBe(2);
  });

  test("what is urgent goes before what has only been submitted earlier", async () => {
    await open();
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) ids.push(await queue.submit(slow(10 + i)));
    const urgent = await queue.submit(quick(7, { priority: 5 }));
    await queue.result(urgent);
    expect(of("proven").length).toBeLessThan(5);
    await Promise.all(ids.map((id) => queue.forget(id)));
    expect(queue.status()).toMatchObject({ waiting: 0, running: [] });
  });

  test("a job that is taken back is not waited for any more", async () => {
    await open();
    const id = await queue.submit(slow(20));
    const result = queue.result(id).catch((error) => error.code);
    await queue.forget(id);
    expect(await result).toBe("JOB_FORGOTTEN");
    expect(await queue.submit(slow(20))).toBe(id);
    expect((await queue.result(id)).publicInputs).toHaveLength(1);
  });

  test("a circuit can be named, once it is registered", async () => {
    await open();
    await expect(queue.submit(quick(3, { circuit: "f".repeat(64) }))).rejects.toMatchObject({
      code: "UNKNOWN_CIRCUIT",
    });
    const circuit = await queue.register(product);
    expect((await queue.circuit(product.digest))?.name).toBe("product");
    for (const name of [circuit, product.digest]) {
      const id = await queue.submit(quick(3, { circuit: name }));
      expect((await queue.result(id)).circuit).toBe(circuit);
    }
    expect(of("started")).toHaveLength(1);
  });

  test("inputs that don't satisfy the circuit end the job at once, with Noir's reason, and what comes after it", async () => {
    await open();
    const id = await queue.submit({ kind: "block", circuit: product, inputs: { x: "2", y: "3", z: "7" } });
    const next = await queue.submit(quick(8, { after: [id] }));
    const failure = await queue.result(id).catch((error) => error);
    expect(failure).toMatchObject({ code: "JOB_FAILED", isFinal: true, data: { error: { code: "UNSATISFIABLE" } } });
    expect(failure.message).toContain("z must be the product");
    await expect(queue.result(next)).rejects.toMatchObject({ data: { error: { code: "DEPENDENCY_FAILED" } } });
    expect(of("started")).toEqual([id]);
    expect(queue.status()).toMatchObject({ waiting: 0, failed: [{ id }, { id: next }] });
    await queue.forget(next);
    expect(queue.status().failed).toHaveLength(1);
    expect(queue.status().workers.every(({ lies }) => lies === 0)).toBe(true);
  });

  test("a proof that can't state what is expected ends the job, and is nobody's lie", async () => {
    await open();
    const id = await queue.submit(quick(9, { expect: [91n] }));
    await expect(queue.result(id)).rejects.toMatchObject({
      isFinal: true,
      data: { error: { code: "UNEXPECTED_STATEMENT" } },
    });
    expect(queue.status().workers.every(({ lies }) => lies === 0)).toBe(true);
    expect((await queue.submit(quick(9, { expect: [90n] }))) && (await queue.result(id)).publicInputs).toEqual([90n]);
  });

  test("after a restart everything is found again, and nothing that was proven is proven again", async () => {
    const store = await open();
    const done = await queue.submit(quick(11));
    await queue.result(done);
    const left = await Promise.all([31, 32, 33].map((start) => queue.submit(slow(start))));
    const last = await queue.submit(quick(12, { after: left }));
    const waiting = queue.result(last).catch((error) => error.code);
    await until(() => queue.status().running.length > 0);
    await queue.close();
    expect(await waiting).toBe("QUEUE_CLOSED");
    await expect(queue.submit(quick(13))).rejects.toMatchObject({ code: "QUEUE_CLOSED" });

    await open({ store });
    expect(queue.status()).toMatchObject({ waiting: 4, failed: [] });
    expect((await queue.result(last)).publicInputs).toEqual([120n]);
    for (const id of [done, ...left]) expect((await queue.result(id)).proof).toHaveLength(410);
    expect(of("started")).not.toContain(done);
    expect(of("proven").length).toBe(4);
    expect(queue.status().failed).toEqual([]);
  });

  test("a stored proof that was damaged is made again", async () => {
    const store = await open();
    const id = await queue.submit(quick(14));
    const result = await queue.result(id);
    await queue.close();
    await store.results.put(id, { ...result, proof: result.proof.with(9, 5n) });
    await open({ store });
    await expect(queue.result(id)).rejects.toMatchObject({ code: "UNKNOWN_JOB" });
    await queue.submit(quick(14));
    expect((await queue.result(id)).publicInputs).toEqual([140n]);
    expect(of("proven")).toEqual([id]);
  });

  test("a job goes on elsewhere when its worker is killed in the middle of it", async () => {
    await open();
    const id = await queue.submit(slow(41));
    await until(() => queue.status().running.length === 1);
    const { worker } = queue.status().running[0]!;
    await sleep(200);
    await implementation.killWorker(worker);
    expect((await queue.result(id)).proof).toHaveLength(410);
    // Each loss is one attempt more; on a machine that is fast enough the proof was there before the kill.
    expect(of("started")).toHaveLength(of("retried").length + 1);
  });

  test("a job whose hints never end is given up, and its worker is free again", async () => {
    await open({ jobSeconds: () => 3 });
    const circuit = await prover.prepare(endlessCircuit, "recursive");
    const id = await queue.submit({ kind: "block", circuit, inputs: { y: "1" } });
    const failure = await queue.result(id).catch((error) => error);
    expect(failure).toMatchObject({ code: "JOB_FAILED", isFinal: false, data: { error: { code: "JOB_OVERDUE" } } });
    // The second attempt had twice the time.
    expect([of("started"), of("retried")]).toEqual([[id, id], [id]]);
    expect(failure.message).toContain("did not end within 6 seconds");
    await queue.close();
    await open();
    const jobs = await Promise.all([52, 53].map((x) => queue.submit(quick(x))));
    for (const job of jobs) expect((await queue.result(job)).proof).toHaveLength(410);
  });

  test("a proof of the tree is tried until it has had the time that it needs", async () => {
    await open({ jobSeconds: () => 0.1 });
    const id = await queue.submit(slow(54));
    expect((await queue.result(id)).proof).toHaveLength(410);
    expect(of("retried").length).toBeGreaterThan(0);
    expect(of("failed")).toEqual([]);
  });

  test("attempts are bounded when processes keep dying, and the reason is kept", async () => {
    await open({ attempts: 2 });
    let isKilling = true;
    const killing = (async () => {
      while (isKilling) {
        const below = implementation.roots().flatMap(descendantsOf);
        for (const { pid, command } of below) {
          // The verifier of the queue has one too, but only while it verifies.
          if (command.includes("msgpack run")) process.kill(pid, "SIGKILL");
        }
        await sleep(200);
      }
    })();
    const id = await queue.submit(slow(51));
    const failure = await queue.result(id).catch((error) => error);
    isKilling = false;
    await killing;
    expect(failure).toMatchObject({ code: "JOB_FAILED", isFinal: false, data: { error: { code: "PROVER_PROCESS" } } });
    expect(of("retried")).toHaveLength(1);
    await queue.submit(slow(51));
    expect((await queue.result(id)).proof).toHaveLength(410);
  });
});

describe("the memory budget of local workers", () => {
  let queue: ProofQueue;
  afterEach(() => queue.close());
  const open = async (memoryBytes: number) => {
    const sizing = { workers: 2, threadsPerWorker: 1, memoryBytes };
    const place = { referenceString, prover, cacheDirectory: cache.directory, niceness: 0 };
    queue = await createLocalQueue({ store: memoryQueueStore(), ...sizing, ...place });
  };

  test("is never exceeded, although there is a worker free", async () => {
    // Enough for one job, and not for two.
    await open(jobMemory(chain.dyadic) * 1.5);
    const ids = await Promise.all([61, 62].map((start) => queue.submit(slow(start))));
    let most = 0;
    queue.onProgress(() => {
      most = Math.max(most, queue.status().running.length);
    });
    await Promise.all(ids.map((id) => queue.result(id)));
    expect(most).toBe(1);
  });

  test("refuses what it will never be enough for, with the figure", async () => {
    await open(305e6);
    expect((await queue.result(await queue.submit(quick(15)))).publicInputs).toEqual([150n]);
    await expect(
      queue.submit(slow(63, { circuit: { ...chain, dyadic: 2 ** 21 } })),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[JobTooLargeError: A proof of chain_460 takes 2.6 GB, and the memory budget of the workers is 0.3 GB. Raise the budget to at least 2575302656 bytes, or add a worker with more memory.]`,
    );
  });
});
