import { setFlagsFromString } from "node:v8";
import { expect, test } from "vitest";
import { bytesToField, FIELD_MODULUS, fieldToBytes } from "../field.ts";
import { compress, poseidon2Hash, poseidon2Permutation } from "../poseidon2.ts";
import { createKernel, KERNEL_GROUPS } from "./kernel.ts";

test("the kernel itself gives what one state at a time gives, wherever products are rounded once", () => {
  if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");
  const kernel = createKernel();
  let last = 1n;
  const next = () => {
    last = poseidon2Hash([last]);
    return last;
  };
  const edge = (value: bigint) => [value, value, value, value] as const;
  const groups = Array.from({ length: KERNEL_GROUPS }, () => [next(), next(), next(), next()] as const)
    .with(0, edge(0n))
    .with(1, edge(FIELD_MODULUS - 1n))
    .with(2, edge(2n ** 51n - 1n))
    .with(3, edge(2n ** 253n));
  for (const [i, field] of groups.flat().entries()) kernel.inputs.set(fieldToBytes(field), 32 * i);
  for (const feedForward of [true, false]) {
    kernel.run(KERNEL_GROUPS, feedForward);
    const results = groups.map((_, i) => bytesToField(kernel.outputs.slice(32 * i, 32 * (i + 1))));
    expect(results).toEqual(groups.map((group) => (feedForward ? compress(...group) : poseidon2Permutation(group)[0])));
  }
});
