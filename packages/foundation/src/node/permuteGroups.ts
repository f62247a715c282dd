import { setFlagsFromString } from "node:v8";
import { bytesToField, fieldToBytes } from "../field.ts";
import { compress, poseidon2Permutation } from "../poseidon2.ts";
import { createKernel, KERNEL_GROUPS } from "../vectors/kernel.ts";

/** The bytes of a field element, and of the four that are permuted together, each big-endian. */
const FIELD_BYTES = 32;
export const GROUP_BYTES: number = 4 * FIELD_BYTES;

/** What a result is: the first element of the permutation, with the first element of the group added or without. */
export type GroupHash = "compression" | "sponge";

/** For fewer groups the vectors are not made: that takes a tenth of a second. */
const FEW_GROUPS = 8;

type Run = (groups: Uint8Array, results: Uint8Array, hash: GroupHash) => void;

let run: Run | undefined;

/**
 * Permutes many groups of four field elements (Poseidon2, 128 bytes a group) and writes 32 bytes for each: of a
 * "compression" `compress` of the group, of a "sponge" the first element that `poseidon2Hash` squeezes from it. On
 * machines with fused multiplication two groups are permuted at once, in vectors; results are the same on all.
 * Elements have to be canonical, and are not checked.
 */
export function permuteGroups(groups: Uint8Array, results: Uint8Array, hash: GroupHash): void {
  if (groups.length < FEW_GROUPS * GROUP_BYTES) plainRun(groups, results, hash);
  else {
    run ??= vectorRun() ?? plainRun;
    run(groups, results, hash);
  }
}

const plainRun: Run = (groups, results, hash) => {
  for (let group = 0; group * GROUP_BYTES < groups.length; group++) {
    const at = (index: number) => group * GROUP_BYTES + index * FIELD_BYTES;
    const field = (index: number) => bytesToField(groups.subarray(at(index), at(index + 1)));
    const [a, b, c, d] = [field(0), field(1), field(2), field(3)];
    const result = hash === "compression" ? compress(a, b, c, d) : poseidon2Permutation([a, b, c, d])[0];
    results.set(fieldToBytes(result), group * FIELD_BYTES);
  }
};

/** Undefined where vectors are not to be had, or give other results. */
function vectorRun(): Run | undefined {
  // Node 22 has relaxed vectors; in Node 20 they are behind a flag.
  if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");
  let kernel: ReturnType<typeof createKernel>;
  try {
    kernel = createKernel();
  } catch {
    return undefined;
  }
  const vectors: Run = (groups, results, hash) => {
    const count = groups.length / GROUP_BYTES;
    for (let at = 0; at < count; at += KERNEL_GROUPS) {
      const part = groups.subarray(at * GROUP_BYTES, (at + KERNEL_GROUPS) * GROUP_BYTES);
      kernel.inputs.set(part);
      kernel.run(part.length / GROUP_BYTES, hash === "compression");
      results.set(kernel.outputs.subarray(0, part.length / 4), at * FIELD_BYTES);
    }
  };
  return isExact(vectors) ? vectors : undefined;
}

/** Whether products are rounded once on this machine: if not, nearly every result differs. */
function isExact(vectors: Run): boolean {
  const groups = new Uint8Array(4 * GROUP_BYTES).map((_, i) => (i % FIELD_BYTES === 0 ? 0 : 37 * i + 11));
  const [expected, actual] = [new Uint8Array(4 * FIELD_BYTES), new Uint8Array(4 * FIELD_BYTES)];
  plainRun(groups, expected, "compression");
  vectors(groups, actual, "compression");
  return expected.every((byte, i) => byte === actual[i]);
}
