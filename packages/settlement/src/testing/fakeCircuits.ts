import type { Field } from "@frond/foundation";
import type { PreparedCircuit } from "@frond/prover";
import type { AggregateCosts } from "../tree/planTree.ts";
import type { EpochCircuits } from "../types.ts";

export const fakeCircuit = (name: string, hash: Field): PreparedCircuit =>
  ({
    name,
    digest: name,
    target: "recursive",
    gates: 1,
    dyadic: 1,
    key: { bytes: new Uint8Array(), fields: [], hash },
  }) as unknown as PreparedCircuit;

/** The circuits above the blocks, by name and hash of the key only. */
export const fakeCircuits: EpochCircuits = {
  aggregates: new Map([
    [1, fakeCircuit("aggregate1", 1999n)],
    [2, fakeCircuit("aggregate2", 2000n)],
    [4, fakeCircuit("aggregate4", 2001n)],
  ]),
  aggregateKeyHashes: [1999n, 2000n, 2001n],
  settlement: fakeCircuit("settlement", 3000n),
  filler: fakeCircuit("filler", 4000n),
};

export const fakeCosts: AggregateCosts = new Map([
  [1, 9],
  [2, 18],
  [4, 37],
]);
