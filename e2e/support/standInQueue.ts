import { sleep } from "@frond/foundation";
import type { OpenQueue } from "@frond/network";
import { unpackCircuit } from "@frond/prover";
import { createTestClient, http } from "viem";

/*
 * In place of proofs, where a test is not about them: an epoch settles at once. Circuits and their keys are real, and
 * so are contracts and blobs.
 */

const PROVING_MILLISECONDS = 50;
/** EVM code that answers every call with `true`. */
export const ACCEPT_ALL = "0x600160005260206000f3";

/** States what was expected, after the milliseconds that a stand-in for a proof takes. */
export const standInQueue: OpenQueue = async () => ({
  prover: {
    async prove({ expect, signal }) {
      await sleep(PROVING_MILLISECONDS);
      signal?.throwIfAborted();
      return { publicInputs: expect, proof: [], proofBytes: new Uint8Array([1]), seconds: 0 };
    },
    verify: async () => false,
    forget: async () => {},
    status: () => ({ waiting: 0, running: 0, failed: 0, workers: 1 }),
  },
  addCircuit: async (packed) => unpackCircuit(packed),
  forgetCircuit: async () => {},
  peakBytes: () => 0,
  close: async () => {},
});

/** Has a local L1 accept what nobody has proven. */
export async function acceptStandIns(network: {
  readonly l1Url: string;
  readonly verifier: `0x${string}`;
}): Promise<void> {
  const l1 = createTestClient({ mode: "anvil", transport: http(network.l1Url) });
  await l1.setCode({ address: network.verifier, bytecode: ACCEPT_ALL });
  await l1.mine({ blocks: 1 }); // So that the next save of L1 has the code.
}
