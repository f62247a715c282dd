import { leafHashOf, valuesHash } from "@frond/protocol";
import { afterAll, expect, it } from "vitest";
import type { NodeGroup } from "../state/leaf.ts";
import { randomFrom } from "../testing/random.ts";
import { createHashPool } from "./createHashPool.ts";
import { hashHere, leafHashes, valuesHashes } from "./hasher.ts";

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

it("hashes leaves and values as the protocol does", () => {
  const random = randomFrom(72);
  const entries = Array.from({ length: 40 }, (_, i) => Array.from({ length: 1 + (i % 17) }, () => random.field()));
  expect(valuesHashes(hashHere, entries)).toEqual(entries.map(valuesHash));
  const parts = entries.map(() => [random.field(), random.field(), random.field()] as const);
  expect(leafHashes(hashHere, parts)).toEqual(parts.map((part) => leafHashOf(...part)));
});
