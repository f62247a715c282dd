import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProver } from "../createProver.ts";
import { temporaryCache } from "../testing/cacheDirectory.ts";
import { productCircuit, sumCircuit } from "../testing/circuits.ts";
import { temporaryDirectory } from "../testing/temporaryDirectory.ts";
import type { PreparedCircuit, Prover, ReferenceString, Target } from "../types.ts";
import { circuitId } from "./circuitId.ts";
import { packCircuit } from "./packCircuit.ts";
import { unpackCircuit } from "./unpackCircuit.ts";

const cache = temporaryCache();
const elsewhere = temporaryDirectory();
let referenceString: ReferenceString;
let prover: Prover;
const circuits = new Map<Target, PreparedCircuit>();
let other: PreparedCircuit;

beforeAll(async () => {
  referenceString = await cache.referenceString();
  prover = await createProver({ referenceString, cacheDirectory: cache.directory, niceness: 0 });
  for (const target of ["recursive", "evm"] as const) {
    circuits.set(target, await prover.prepare(productCircuit, target));
  }
  other = await prover.prepare(sumCircuit, "recursive");
});
afterAll(() => prover.close());

test.each(["recursive", "evm"] as const)(
  "for %s: comes out as it went in, and can be proven where it was never compiled",
  async (target) => {
    const circuit = circuits.get(target)!;
    const { debugPath: _, ...content } = circuit;
    const unpacked = unpackCircuit(packCircuit(circuit));
    expect(unpacked).toEqual(content);
    expect(circuitId(unpacked)).toBe(circuitId(circuit));
    const stranger = await createProver({ referenceString, cacheDirectory: elsewhere, niceness: 0 });
    try {
      const proof = await stranger.prove(unpacked, { x: "3", y: "4", z: "12" });
      expect(await prover.verify(circuit, proof)).toBe(true);
      await expect(stranger.prove(unpacked, { x: "3", y: "4", z: "13" })).rejects.toMatchObject({
        code: "UNSATISFIABLE",
      });
    } finally {
      await stranger.close();
    }
  },
);

test("one program for two targets is two circuits", () => {
  const [recursive, evm] = [circuits.get("recursive")!, circuits.get("evm")!];
  expect(recursive.digest).toBe(evm.digest);
  expect(circuitId(recursive)).not.toBe(circuitId(evm));
});

/** The parts of a packed circuit, to be put together otherwise. */
function repack(
  change: (header: Record<string, unknown>) => Record<string, unknown>,
  key?: Uint8Array,
  code?: Uint8Array,
) {
  const packed = packCircuit(circuits.get("recursive")!);
  const end = packed.indexOf(10);
  const header = change(JSON.parse(Buffer.from(packed.subarray(0, end)).toString()));
  const keyBytes = key ?? packed.subarray(end + 1, end + 1 + 3_680);
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(header)}\n`),
    keyBytes,
    code ?? packed.subarray(end + 1 + 3_680),
  ]);
}

test("what contradicts itself is refused, whatever it is", () => {
  const same = (header: Record<string, unknown>) => header;
  const deep = () => JSON.parse(`${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`);
  const packed = packCircuit(circuits.get("recursive")!);
  const hostile: [string, Uint8Array, string][] = [
    ["nothing", new Uint8Array(), "no header"],
    ["no header", new Uint8Array(10_000).fill(65), "no header"],
    ["not JSON", Buffer.from("{\n"), "right form"],
    ["another version", repack((header) => ({ ...header, version: 2 })), "right form"],
    ["a key of its own in the header", repack((header) => ({ ...header, extra: 1 })), "right form"],
    ["a name for a terminal", repack((header) => ({ ...header, name: "\u001b[2J" })), "right form"],
    ["an ABI of many levels", repack((header) => ({ ...header, abi: deep() })), "right form"],
    ["an ABI without types", repack((header) => ({ ...header, abi: { parameters: [{ name: "x" }] } })), "right form"],
    [
      "another ABI",
      repack((header) => ({ ...header, abi: { ...other.abi, parameters: other.abi.parameters.slice(1) } })),
      "another digest",
    ],
    ["another digest", repack((header) => ({ ...header, digest: "0".repeat(64) })), "another digest"],
    ["another key", repack(same, other.key.bytes), "another hash"],
    ["a key that is not canonical", repack(same, new Uint8Array(3_680).fill(255)), "field elements"],
    ["fewer rows than the key is for", repack((header) => ({ ...header, dyadic: 16, gates: 16 })), "another size"],
    ["more gates than rows", repack((header) => ({ ...header, gates: 33 })), "another size"],
    ["another target", repack((header) => ({ ...header, target: "evm" })), "another hash"],
    ["another program", repack(same, undefined, gzipSync(other.bytecode)), "another digest"],
    ["not compressed", repack(same, undefined, circuits.get("recursive")!.bytecode), "unpacked"],
    ["cut short", packed.subarray(0, packed.length - 5), "unpacked"],
    ["cut in the key", packed.subarray(0, packed.indexOf(10) + 100), "cut short"],
  ];
  for (const [what, bytes, reason] of hostile) {
    let refusal: unknown;
    try {
      unpackCircuit(bytes);
    } catch (error) {
      refusal = error;
    }
    expect([what, refusal]).toMatchObject([
      what,
      { code: "CIRCUIT_ARTIFACT", message: expect.stringContaining(reason) },
    ]);
  }
});
