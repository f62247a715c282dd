import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { getPriority, tmpdir } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sleep, until } from "@frond/foundation";
import { afterEach, beforeAll, expect, test } from "vitest";
import { createProver } from "./createProver.ts";
import { createReferenceString } from "./crs/createReferenceString.ts";
import { chainCircuit, productCircuit } from "./testing/circuits.ts";
import { descendantsOf, isAlive } from "./testing/processes.ts";
import { temporaryDirectory } from "./testing/temporaryDirectory.ts";
import type { PreparedCircuit, Prover, ReferenceString } from "./types.ts";

const cacheDirectory = temporaryDirectory();
const SLOW = chainCircuit(700);
let referenceString: ReferenceString;
let prover: Prover;

beforeAll(async () => {
  referenceString = await createReferenceString({ kind: "development" });
});
afterEach(() => prover.close());

async function start(options: { memoryLimit?: number } = {}): Promise<PreparedCircuit> {
  prover = await createProver({ referenceString, cacheDirectory, niceness: 5, ...options });
  return prover.prepare(SLOW, "recursive");
}

const bbOf = (pid: number) => descendantsOf(pid).find(({ command }) => command.includes("msgpack run"))?.pid;
const processOf = (pid: number) => descendantsOf(pid).find(({ command }) => command.includes("proverProcess"))?.pid;

test.each([
  ["bb", bbOf],
  ["the prover process", processOf],
])("a job goes on when %s is killed in the middle of it", async (_, find) => {
  const circuit = await start();
  await prover.execute(circuit, { start: "0" });
  const results = Promise.all(["1", "2"].map((start) => prover.prove(circuit, { start })));
  await sleep(300);
  const victim = find(process.pid)!;
  const bb = bbOf(process.pid)!;
  process.kill(victim, "SIGKILL");
  const proofs = await results;
  expect([victim, bb].filter(isAlive)).toEqual([]);
  expect(proofs[0]!.publicInputs).not.toEqual(proofs[1]!.publicInputs);
  for (const proof of proofs) expect(await prover.verify(circuit, proof)).toBe(true);
});

test("a prover whose processes keep dying gives up with a typed error, and can be asked again", async () => {
  const circuit = await start();
  let kill = true;
  const killing = (async () => {
    while (kill) {
      const pid = bbOf(process.pid);
      if (pid) process.kill(pid, "SIGKILL");
      await sleep(50);
    }
  })();
  await expect(prover.prove(circuit, { start: "1" })).rejects.toMatchObject({ code: "PROVER_PROCESS" });
  kill = false;
  await killing;
  expect((await prover.prove(circuit, { start: "1" })).proof).toHaveLength(410);
});

test("bb that has grown over the limit is replaced between two jobs", async () => {
  const circuit = await start({ memoryLimit: 2 ** 20 });
  await prover.prove(circuit, { start: "1" });
  const before = bbOf(process.pid);
  await prover.prove(circuit, { start: "2" });
  expect(bbOf(process.pid)).not.toBe(before);
});

test("the processes have low priority, and closing leaves none of them, and no file", async () => {
  const circuit = await start();
  await prover.execute(circuit, { start: "0" });
  const ours = [bbOf(process.pid)!, processOf(process.pid)!];
  expect(ours.map((pid) => getPriority(pid))).toEqual([5, 5]);
  await prover.close();
  expect(ours.filter(isAlive)).toEqual([]);
  expect(descendantsOf(process.pid).filter(({ command }) => /msgpack run|proverProcess/.test(command))).toEqual([]);
});

test("nothing is left when the process that uses a prover is killed in the middle of a proof", async () => {
  await start();
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const script = fileURLToPath(new URL("./testing/proveForever.ts", import.meta.url));
  const user = fork(script, [JSON.stringify({ referenceString, cacheDirectory })], { execArgv: ["--import", tsx] });
  await once(user, "message");
  const directories = () => readdirSync(tmpdir()).filter((name) => name.startsWith("frond-bb-"));
  await sleep(500);
  const left = descendantsOf(user.pid!).map(({ pid }) => pid);
  const during = directories();
  expect(left.length).toBeGreaterThanOrEqual(2);
  user.kill("SIGKILL");
  await until(() => !left.some(isAlive));
  expect(directories().length).toBeLessThan(during.length);
});

test("starting is left until it is needed", async () => {
  prover = await createProver({ referenceString, cacheDirectory, niceness: 0 });
  await prover.prepare(productCircuit, "recursive");
  await prover.close();
  prover = await createProver({ referenceString, cacheDirectory, niceness: 0 });
  await prover.prepare(productCircuit, "recursive");
  expect(processOf(process.pid)).toBeUndefined();
});
