import { Worker } from "node:worker_threads";
import { compress, until } from "@frond/foundation";
import { GROUP_BYTES } from "@frond/foundation/node";
import { leafHashOf, valuesHash } from "@frond/protocol";
import { afterAll, expect, it, vi } from "vitest";
import { type Random, randomFrom } from "../testing/random.ts";
import { createHashPool } from "./createHashPool.ts";
import { fieldAt, fieldsOf } from "./fields.ts";
import { hashHere, leafHashes, valuesHashes } from "./hasher.ts";
import { sharedHashing } from "./sharedHashing.ts";

const pool = createHashPool({ threads: 3 });
afterAll(() => pool.close());

it("hashes with threads as without", async () => {
  const random = randomFrom(71);
  for (const count of [1, 255, 256, 257, 5_000, 16_385, 300]) {
    const groups = groupsOf(random, count);
    for (const hash of ["compression", "sponge"] as const)
      expect(Buffer.compare(pool.hasher(groups, hash), hashHere(groups, hash))).toBe(0);
    // Threads start meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
});

function groupsOf(random: Random, count: number): Uint8Array {
  const groups = fieldsOf(4 * count);
  for (let i = 0; i < count; i++)
    for (const [place, value] of [random.field(), BigInt(i), BigInt(count), 4n].entries())
      groups.set(4 * i + place, value);
  return groups.bytes;
}

it("waits for the hashes of a thread that was held up when it looked for work", async () => {
  const random = randomFrom(73);
  const groups = groupsOf(random, 128);
  const expected = hashHere(groups, "compression");
  for (const slowAt of [7, 8, 9]) expect(await runHeldUp(groups, { holdAt: 3, slowAt })).toEqual(expected);
});

/** Hashes with one helping thread that is held up before two of its looks at what both share. */
async function runHeldUp(groups: Uint8Array, at: { readonly holdAt: number; readonly slowAt: number }) {
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
    const hashes = shared.run(groups, "compression", 10_000);
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
  const parts = entries.map(() => [random.field(), random.field(), random.field()] as const);
  expect(listOf(valuesHashes(hashHere, entries))).toEqual(entries.map(valuesHash));
  expect(listOf(leafHashes(hashHere, parts))).toEqual(parts.map((part) => leafHashOf(...part)));
});

it("hashes a group as a compression", () => {
  const groups = groupsOf(randomFrom(74), 3);
  for (let i = 0; i < 3; i++) {
    const [a, b, c, d] = listOf(groups.subarray(i * GROUP_BYTES, (i + 1) * GROUP_BYTES)) as [
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    expect(fieldAt(hashHere(groups, "compression"), i)).toEqual(compress(a, b, c, d));
  }
});

function listOf(bytes: Uint8Array): bigint[] {
  return Array.from({ length: bytes.length / 32 }, (_, i) => fieldAt(bytes, i));
}
