import { fieldToHex, sleep, until } from "@frond/foundation";
import { Objm } from "@nats-io/obj";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createProver } from "../createProver.ts";
import { memoryQueueStore } from "../queue/memoryQueueStore.ts";
import type { ProofJob, ProofQueue, QueueEvent, QueueStore } from "../queue/types.ts";
import { temporaryCache } from "../testing/cacheDirectory.ts";
import { chainCircuit, productCircuit } from "../testing/circuits.ts";
import { startFrondWorker } from "../testing/frondWorker.ts";
import { type Lie, startLyingWorker } from "../testing/lyingWorker.ts";
import { type NatsServer, startNatsServer } from "../testing/natsServer.ts";
import type { PreparedCircuit, ProofResult, Prover, ReferenceString } from "../types.ts";
import { connectNats } from "./connectNats.ts";
import { createNatsQueue } from "./createNatsQueue.ts";
import { MESSAGE_VERSION } from "./messages.ts";
import { queueNames } from "./names.ts";
import { readObject } from "./worker/readObject.ts";
import type { WorkerEvent } from "./worker/servingState.ts";
import { type NatsWorker, startNatsWorker } from "./worker/startNatsWorker.ts";

const cache = temporaryCache();
let referenceString: ReferenceString;
let prover: Prover;
let product: PreparedCircuit;
let chain: PreparedCircuit;
/** A true proof, of 2 * 3 = 6. */
let six: ProofResult;
let server: NatsServer;
let queue: ProofQueue;
let events: QueueEvent[] = [];
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  referenceString = await cache.referenceString();
  // Circuits are compiled once for all tests of this machine; what queues keep is of this file alone.
  prover = await createProver({ referenceString, niceness: 0 });
  product = await prover.prepare(productCircuit, "recursive");
  chain = await prover.prepare(chainCircuit(460), "recursive");
  six = await prover.prove(product, { x: "2", y: "3", z: "6" });
  server = await startNatsServer();
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(async () => {
  await prover.close();
  await server.stop();
});

async function open(store = memoryQueueStore()): Promise<QueueStore> {
  queue = await createNatsQueue({
    url: server.url,
    store,
    referenceString,
    prover,
    cacheDirectory: cache.directory,
    leaseSeconds: 4,
    heartbeatSeconds: 1,
    pause: 50,
    niceness: 0,
  });
  ends.push(() => queue.close());
  events = [];
  queue.onProgress((event) => events.push(event));
  return store;
}

async function startHonest(
  id: string,
  options: { memoryBytes?: number; onEvent?: (event: WorkerEvent) => void } = {},
): Promise<NatsWorker> {
  const sizing = { workers: 1, threadsPerWorker: 1, memoryBytes: 2e9 };
  const place = { url: server.url, referenceString, cacheDirectory: cache.directory };
  const worker = await startNatsWorker({ ...sizing, ...place, id, ...options });
  ends.push(() => worker.close());
  return worker;
}

async function startLiar(id: string, ...lies: Lie[]) {
  const liar = await startLyingWorker({ url: server.url, id, referenceString: referenceString.id, lies });
  ends.push(() => liar.stop());
  return liar;
}

const quick = (x: number): ProofJob => ({
  kind: "block",
  circuit: product,
  inputs: { x: `${x}`, y: "10", z: `${x * 10}` },
  expect: [BigInt(x * 10)],
});
const slow = (start: number): ProofJob => ({ kind: "aggregate", circuit: chain, inputs: { start: `${start}` } });
const started = () => events.filter(({ event }) => event === "started");
const lied = () => events.filter(({ event }) => event === "lied").map(({ worker, reason }) => [worker, reason]);

const hex = (fields: readonly bigint[]) => fields.map(fieldToHex);
const claimOf = (job: string, proof: Pick<ProofResult, "publicInputs" | "proof">) => ({
  version: MESSAGE_VERSION,
  job,
  proof: { publicInputs: hex(proof.publicInputs), proof: hex(proof.proof), witnessSeconds: 0, provingSeconds: 0 },
});
const otherStatement: Lie = (job) => claimOf(job, six);
const relabelled: Lie = (job) => claimOf(job, { publicInputs: [50n], proof: six.proof });
const changed: Lie = (job) => claimOf(job, { ...six, proof: six.proof.with(7, six.proof[7]! ^ 1n) });
const impossible: Lie = (job) => ({
  version: MESSAGE_VERSION,
  job,
  refusal: { code: "UNSATISFIABLE", message: "I say so." },
});
const nonsense: Lie = (job) => ({ version: MESSAGE_VERSION, job, proof: "trust me" });

test.each([
  [
    "a true proof of another statement, then one with a bit changed",
    4,
    otherStatement,
    changed,
    ["its proof is of another statement", "its proof does not verify"],
  ],
  [
    "a proof with another statement put over it, then nonsense",
    5,
    relabelled,
    nonsense,
    ["its proof does not verify", "its proof does not verify"],
  ],
  [
    "twice that the inputs are wrong",
    12,
    impossible,
    impossible,
    Array(2).fill("it says that the inputs do not satisfy the circuit, and they do"),
  ],
] as const)("a worker that lies is found out, and ignored after two lies: %s", async (_, x, first, second, reasons) => {
  const store = await open();
  const liar = await startLiar("liar", first, second, otherStatement);
  const id = await queue.submit(quick(x));
  const result = queue.result(id);
  await until(() => liar.isIgnored() && liar.told() >= 3);
  expect(lied()).toEqual(reasons.map((reason) => ["liar", reason]));
  expect(queue.status().workers).toMatchObject([{ id: "liar", lies: 2, ignored: true, done: 0 }]);

  // It goes on as if nothing had happened, and one that is honest comes.
  await startHonest("honest");
  expect(await result).toMatchObject({ publicInputs: [BigInt(x * 10)], worker: "honest" });
  expect(lied()).toHaveLength(2);
  expect(queue.status().failed).toEqual([]);
  expect([...store.workers.entries()]).toEqual([
    ["liar", { done: 0, lies: 2 }],
    ["honest", { done: 1, lies: 0 }],
  ]);

  await queue.close();
  await open(store);
  await until(() => queue.status().workers.some(({ id }) => id === "liar"));
  expect(queue.status().workers.find(({ id }) => id === "liar")).toMatchObject({ ignored: true });
  const worker = await startHonest("liar");
  await expect(worker.ended).rejects.toMatchObject({ code: "WORKER_IGNORED" });
});

test("a worker that takes a job off the queue and says nothing only costs time", async () => {
  await open();
  const silent = await startLiar("silent", () => "");
  const id = await queue.submit(quick(6));
  await until(() => silent.told() > 0);
  await silent.stop();
  await startHonest("honest");
  expect(await queue.result(id)).toMatchObject({ worker: "honest" });
  expect(lied()).toEqual([]);
});

test("what is not even a message is passed over", async () => {
  await open();
  const { connection, js } = await connectNats({ url: server.url }, "vandal");
  ends.push(() => connection.close());
  const names = queueNames("frond");
  const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
  for (const text of ["", "{", "null", deep, '{"version":1}', `{"version":1,"job":"${"f".repeat(64)}","proof":{}}`]) {
    connection.publish(names.presence("vandal"), text);
    await js.publish(names.results("vandal"), text);
    await js.publish(names.jobs(15), text);
  }
  await startHonest("honest");
  expect((await queue.result(await queue.submit(quick(7)))).worker).toBe("honest");
  expect(queue.status().workers.map(({ id }) => id)).toEqual(["honest"]);
});

test("a worker takes only what its memory is enough for", async () => {
  await open();
  // Enough for the product, and not for the chain.
  await startHonest("small", { memoryBytes: 306e6 });
  const [large, small] = [await queue.submit(slow(1)), await queue.submit(quick(8))];
  expect(await queue.result(small)).toMatchObject({ worker: "small" });
  await sleep(1_500);
  expect(queue.status()).toMatchObject({ waiting: 1, running: [] });
  await startHonest("large");
  expect(await queue.result(large)).toMatchObject({ worker: "large" });
});

test("a worker with another reference string is refused, and told what to do", async () => {
  await open();
  const place = { url: server.url, cacheDirectory: cache.directory };
  const other = await startNatsWorker({
    ...place,
    id: "other",
    referenceString: { ...referenceString, id: "0".repeat(64) },
  });
  await expect(other.ended).rejects.toMatchObject({ code: "REFERENCE_STRING_MISMATCH" });
  const ignition = await startNatsWorker({
    ...place,
    id: "ignition",
    referenceString: { ...referenceString, kind: "ignition", id: "1".repeat(64) },
  });
  const refusal = await ignition.ended.catch((error: Error) => error.message.replaceAll(/[0-9a-f]{16}/g, "<id>"));
  expect(refusal).toMatchInlineSnapshot(
    `"The queue frond proves with the development reference string <id>, and here is the ignition one <id>. Start the worker with \`--crs development\`."`,
  );
});

test("a worker that is told to stop gives its job back, which is no failure", async () => {
  await open();
  const leaving = await startFrondWorker({ url: server.url, id: "leaving", cacheDirectory: cache.directory });
  const id = await queue.submit(slow(2));
  await until(() => started().length === 1);
  await startHonest("staying");
  expect(await leaving.signal("SIGTERM")).toBe(0);
  expect(await queue.result(id)).toMatchObject({ worker: "staying" });
  expect(events.map(({ event, worker }) => [event, worker])).toEqual([
    ["started", "leaving"],
    ["started", "staying"],
    ["proven", "staying"],
  ]);
});

test("what a worker finishes while nobody has the queue open is found, and not made again", async () => {
  const store = await open();
  let isProven = false;
  const onEvent = ({ event }: WorkerEvent) => {
    isProven ||= event === "proven";
  };
  await startHonest("worker", { onEvent });
  const id = await queue.submit(slow(3));
  await until(() => started().length === 1);
  await queue.close();
  await until(() => isProven);
  await open(store);
  expect(await queue.result(id)).toMatchObject({ worker: "worker" });
  expect(started()).toEqual([]);
});

test("what a worker is still at when the queue is opened again is not given to another", async () => {
  const store = await open();
  await startHonest("worker");
  const id = await queue.submit(slow(4));
  await until(() => started().length === 1);
  await queue.close();
  await open(store);
  await startHonest("idle");
  expect(await queue.result(id)).toMatchObject({ worker: "worker" });
});

test("NATS may go away and come back", async () => {
  await open();
  await startHonest("worker");
  const ids = await Promise.all([5, 6].map((start) => queue.submit(slow(start))));
  await until(() => started().length === 1);
  await server.restart();
  const more = await queue.submit(quick(9));
  for (const id of [...ids, more]) expect(await queue.result(id)).toMatchObject({ worker: "worker" });
});

test("a job that is taken back is stopped where it is under way", async () => {
  await open();
  let isOver = true;
  await startHonest("worker", { onEvent: ({ event }) => (isOver &&= event !== "proven") });
  const id = await queue.submit(slow(7));
  await until(() => started().length === 1);
  await queue.forget(id);
  expect(await queue.result(await queue.submit({ ...quick(11), priority: 1 }))).toMatchObject({ worker: "worker" });
  expect(started().map((event) => event.circuit)).toEqual([chain.name, "product"]);
  expect(queue.status()).toMatchObject({ waiting: 0, running: [], failed: [] });
});

test("an object that is removed while it is read is not waited for", async () => {
  const { connection, js, manager } = await connectNats({ url: server.url }, "reader");
  ends.push(() => connection.close());
  const store = await new Objm(js).create("reading");
  const read = (name: string, signal = new AbortController().signal) => readObject(store, name, signal);
  // Each read of the client has a timer that asks for a sign of life.
  const timers = vi.spyOn(globalThis, "setInterval");
  const ended = vi.spyOn(globalThis, "clearInterval");
  await store.putBlob({ name: "whole" }, new Uint8Array([1, 2, 3]));
  expect(await read("whole")).toEqual(Buffer.from([1, 2, 3]));
  expect(await read("absent")).toBeUndefined();

  // Its content is gone, and what it was is not yet: as a reader may find it in between.
  const putWithoutContent = async (name: string) => {
    const { nuid } = await store.putBlob({ name }, new Uint8Array(1_000));
    await manager.streams.purge("OBJ_reading", { filter: `$O.reading.C.${nuid}` });
  };
  await putWithoutContent("removed");
  const removed = read("removed");
  await putWithoutContent("replaced");
  const replaced = read("replaced");
  await putWithoutContent("left");
  const abort = new AbortController();
  const left = expect(read("left", abort.signal)).rejects.toThrow("aborted");
  await sleep(200);
  await store.delete("removed");
  await store.putBlob({ name: "replaced" }, new Uint8Array([4]));
  abort.abort();
  expect(await removed).toBeUndefined();
  expect(await replaced).toBeUndefined();
  expect(await read("replaced")).toEqual(Buffer.from([4]));
  await left;
  const begun = timers.mock.results.filter((_, i) => timers.mock.calls[i]![1] === 30_000).map(({ value }) => value);
  expect(begun).toHaveLength(5);
  const isEnded = (timer: unknown) => ended.mock.calls.some(([one]) => one === timer);
  await expect.poll(() => begun.every(isEnded)).toBe(true);
  vi.restoreAllMocks();
});

test("without NATS, or with a name that can't be one, it says so", async () => {
  const options = { referenceString, cacheDirectory: cache.directory, store: memoryQueueStore() };
  await expect(
    createNatsQueue({ ...options, url: "nats://user:secret@127.0.0.1:9" }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[NatsUnavailableError: NATS at nats://127.0.0.1:9 can't be used: connection refused. Start it with JetStream (\`nats-server --jetstream\`), and check its address and credentials.]`,
  );
  await expect(createNatsQueue({ ...options, url: server.url, name: "a.b" })).rejects.toMatchObject({
    code: "QUEUE_NAME",
  });
});
