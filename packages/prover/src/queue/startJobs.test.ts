import { silentLogger } from "@frond/foundation";
import { expect, it } from "vitest";
import type { Task } from "../pool/types.ts";
import type { PreparedCircuit } from "../types.ts";
import { createQueue } from "./createQueue.ts";
import { memoryQueueStore } from "./memoryQueueStore.ts";

const TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const circuit = { name: "shop", digest: "d", target: "recursive", dyadic: 8, key: { hash: 1n } } as PreparedCircuit;

it("gives a worker the span that waits for its job, also one of a job that an earlier process was asked for", async () => {
  const store = memoryQueueStore();
  const circuits = { put: async () => "c", get: async () => circuit, remove: async () => {} };
  const tasks: Task[] = [];
  const open = (isAway: boolean) =>
    createQueue(
      { store },
      {
        createPool: () => ({
          ...{ keepsOrder: true, requireRoom() {}, workers: () => [], ignore() {}, close: async () => {} },
          reserve: () =>
            isAway
              ? undefined
              : {
                  async run(task) {
                    tasks.push(task);
                    return await new Promise<never>(() => {});
                  },
                  release() {},
                },
        }),
        ...{ verifier: {} as never, closeVerifier: async () => {}, circuits: circuits as never, logger: silentLogger },
      },
    );
  await open(true).submit({ kind: "block", circuit, inputs: {}, trace: TRACE });
  open(false);
  await expect.poll(() => tasks).toMatchObject([{ trace: TRACE }]);
});
