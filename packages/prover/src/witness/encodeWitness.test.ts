import { gunzipSync } from "node:zlib";
import { compressWitnessStack, type WitnessStack } from "@noir-lang/acvm_js";
import { expect, test } from "vitest";
import { encodeWitnessStack } from "./encodeWitness.ts";

function stackOf(...sizes: number[]): WitnessStack {
  return sizes.map((size, index) => ({
    index,
    witness: new Map(
      Array.from({ length: size }, (_, i) => [i, `0x${(BigInt(i) ** 9n + 7n).toString(16).padStart(64, "0")}`]),
    ),
  }));
}

test.each([
  [stackOf(0)],
  [stackOf(1)],
  [stackOf(15)],
  [stackOf(16)],
  [stackOf(300)],
  [stackOf(70_000)],
  [stackOf(3, 200, 20)],
])("gives the bytes that acvm_js compresses", (stack) => {
  const expected = gunzipSync(compressWitnessStack(stack));
  expect(Buffer.from(encodeWitnessStack(stack)).equals(expected)).toBe(true);
});

test("does not depend on the order of the map", () => {
  const [{ index, witness }] = stackOf(40) as [WitnessStack[number]];
  const reversed = [{ index, witness: new Map([...witness].reverse()) }];
  expect(encodeWitnessStack(reversed)).toEqual(encodeWitnessStack([{ index, witness }]));
});
