import { createHash } from "node:crypto";
import { type Field, FrondError, toField } from "@frond/foundation";
import type { PreparedCircuit, Prover, Target } from "@frond/prover";
import type { openProver } from "../proving/openProver.ts";

/**
 * Opens what a network without proofs has in place of a prover: nothing is compiled or keyed, and the contract that a
 * local L1 has for a verifier accepts every epoch. A circuit's key is a hash of the circuit's name, so that it stays
 * when the application changes.
 */
export const unprovenProver: typeof openProver = async () => {
  const referenceString = { kind: "development", directory: "", points: 0, bbPath: "", id: "none" } as const;
  const refuse = async () => {
    throw new UnprovenError();
  };
  const prover: Prover = {
    referenceString,
    prepare: async ({ name }, target) => namedCircuit(name, target),
    prove: refuse,
    execute: refuse,
    verify: async () => false,
    solidityVerifier: async () => VERIFIER,
    memory: () => ({ peakBytes: 0, bbPeakBytes: 0, processPeakBytes: 0 }),
    close: async () => {},
  };
  return { prover, referenceString };
};

const VERIFIER = `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.27;

/// @notice Accepts what nobody has proven. For the L1 of one machine only.
contract UnprovenVerifier {
    function verify(bytes calldata, bytes32[] calldata) external pure returns (bool) {
        return true;
    }
}
`;

function namedCircuit(name: string, target: Target): PreparedCircuit {
  const digest = createHash("sha256").update(`unproven ${name}`).digest("hex");
  return {
    name,
    target,
    digest,
    abi: { parameters: [], return_type: null, error_types: {} },
    bytecode: new Uint8Array(),
    gates: 0,
    dyadic: 0,
    key: { bytes: new Uint8Array(), fields: [], hash: keyHashOf(digest) },
  };
}

/** 248 bits of it: every such number is a field. */
function keyHashOf(digest: string): Field {
  return toField(BigInt(`0x${digest.slice(0, 62)}`));
}

/** A network that runs without proofs was asked for one. */
class UnprovenError extends FrondError {
  constructor() {
    super({
      code: "network/unproven",
      message: "This network makes no proofs. Start it with `frond start`, or with `frond dev --prove idle`.",
    });
  }
}
