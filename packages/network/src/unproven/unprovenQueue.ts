import { unpackCircuit } from "@frond/prover";
import type { OpenQueue } from "../proving/openProofQueue.ts";

/**
 * Opens what a network without proofs has in place of a proof queue: an epoch states what a proof would state, and a
 * local L1 with the verifier of `unprovenProver` takes it. All that is checked without a proof is checked: messages on
 * both sides, the settlement list, the data in the blob.
 */
export const unprovenQueue: OpenQueue = async () => ({
  prover: {
    async prove({ expect, signal }) {
      signal?.throwIfAborted();
      return { publicInputs: expect, proof: [], proofBytes: new Uint8Array([0]), seconds: 0 };
    },
    verify: async () => false,
    forget: async () => {},
    status: () => ({ waiting: 0, running: 0, failed: 0, workers: 0 }),
  },
  addCircuit: async (packed) => unpackCircuit(packed),
  forgetCircuit: async () => {},
  peakBytes: () => 0,
  close: async () => {},
});
