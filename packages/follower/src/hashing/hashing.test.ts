import { Worker } from "node:worker_threads";
import { until } from "@frond/foundation";
import { leafHashOf, valuesHash } from "@frond/protocol";
import { afterAll, expect, it, vi } from "vitest";
import type { NodeGroup } from "../state/leaf.ts";
import { randomFrom } from "../testing/random.ts";
import { createHashPool } from "./createHashPool.ts";
import { hashHere, leafHashes, valuesHashes } from "./hasher.ts";
import { sharedHashing } from "./sharedHashing.ts";

const pool = createHashPool({ threads: 3 });
afterAll(() => pool.close());

it("hashes with threads as without", async () => {
  const random = randomFrom(71);
  for (const count of [1, 255, 256, 257, 5_000, 16_385, 300]) {
    const groups = Array.from({ length: count }, (_, i): NodeGroup => [random.field(), BigInt(i), BigInt(count), 4n]);
    expect(pool.hasher(groups)).toEqual(hashHere(groups));
    // Threads start meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
});

it("waits for the hashes of a thread that was held up when it looked for work", async () => {
  const random = randomFrom(73);
  const groups = Array.from({ length: 256 }, (): NodeGroup => [random.field(), random.field(), 3n, 4n]);
  const expected = hashHere(groups);
  for (const slowAt of [7, 8, 9]) expect(await runHeldUp(groups, { holdAt: 3, slowAt })).toEqual(expected);
});

/** Hashes with one helping thread that is held up before two of its looks at what both share. */
async function runHeldUp(groups: readonly NodeGroup[], at: { readonly holdAt: number; readonly slowAt: number }) {
  const shared = sharedHashing();
  // Another one has looked for work before.
  await (await heldUp(shared.memory, { holdAt: 3, slowAt: 0 })).thread.terminate();
  const { thread, gate } = await heldUp(shared.memory, at);
  try {
    const notify = Atomics.notify;
    const spied = vi.spyOn(Atomics, "notify").mockImplementationOnce((...round) => {
      const woken = notify(...round);
      // The round has begun: the thread goes on before this one takes anything.
      Atomics.store(gate, IS_OPEN, 1);
      notify(gate, IS_OPEN);
      for (let looks = 0; looks < at.slowAt; looks = Atomics.load(gate, LOOKS))
        if (Atomics.wait(gate, LOOKS, looks, 1_000) === "timed-out") break;
      return woken;
    });
    const hashes = shared.run(groups, 10_000);
    spied.mockRestore();
    return hashes;
  } finally {
    await thread.terminate();
  }
}

const [IS_OPEN, LOOKS] = [0, 1];

/** A thread that waits before its look `holdAt` until the gate is open. */
async function heldUp(memory: SharedArrayBuffer, at: { readonly holdAt: number; readonly slowAt: number }) {
  const gate = new Int32Array(new SharedArrayBuffer(12));
  const thread = new Worker(new URL("./heldUpThread.mjs", import.meta.url), {
    workerData: { memory, gate: gate.buffer, ...at },
    execArgv: [],
  });
  await until(() => Atomics.load(gate, LOOKS) >= at.holdAt);
  return { thread, gate };
}

it("hashes leaves and values as the protocol does", () => {
  const random = randomFrom(72);
  const entries = Array.from({ length: 40 }, (_, i) => Array.from({ length: 1 + (i % 17) }, () => random.field()));
  expect(valuesHashes(hashHere, entries)).toEqual(entries.map(valuesHash));
  const parts = entries.map(() => [random.field(), random.field(), random.field()] as const);
  expect(leafHashes(hashHere, parts)).toEqual(parts.map((part) => leafHashOf(...part)));
});
