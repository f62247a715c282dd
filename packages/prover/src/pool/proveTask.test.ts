import { silentLogger } from "@frond/foundation";
import { recordingTracer } from "@frond/foundation/testing";
import { expect, it } from "vitest";
import { encodeInputs } from "../queue/encodeInputs.ts";
import { type ProveTaskOptions, proveTask } from "./proveTask.ts";
import type { Task } from "./types.ts";

const TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const seconds = { witnessSeconds: 1, provingSeconds: 2, verifyingSeconds: 0.5 };
const result = { publicInputs: [], proof: [], proofBytes: new Uint8Array(), ...seconds };

/** The spans of a worker that proves a task at once. */
async function spansOf(trace: string | undefined) {
  const tracer = recordingTracer();
  const task = {
    ...{ id: "1", kind: "block", rows: 8, priority: 0, circuit: { name: "shop" }, trace },
    ...{ readInputs: async () => encodeInputs({}), limitSeconds: () => 60, onStarted() {} },
  } as unknown as Task;
  const worker = { id: "local-1", bytes: 1, prover: { prove: async () => result } as never };
  const options = { tracer, logger: silentLogger, threadsPerWorker: 1 } as unknown as ProveTaskOptions;
  await proveTask(worker, task, { signal: new AbortController().signal, options });
  return tracer.spans;
}

it("shows witness, proof and verification of a traced task", async () => {
  const spans = await spansOf(TRACE);
  const made = spans.find(({ name }) => name === "make proof")!;
  expect(made).toMatchObject({
    parent: TRACE,
    attributes: { "frond.worker": "local-1", "frond.proof": "block", "frond.circuit": "shop", "frond.rows": 8 },
  });
  const steps = spans.filter(({ parent }) => parent === made.context).map(({ name }) => name);
  expect(steps).toEqual(["witness", "prove", "verify"]);
});

it("shows nothing of one that is not traced", async () => {
  expect(await spansOf(undefined)).toEqual([]);
});
