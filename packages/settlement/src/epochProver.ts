import { createHash } from "node:crypto";
import type { Field, Logger } from "@frond/foundation";
import type { BlockWitness } from "@frond/protocol";
import type { InputMap, PreparedCircuit, ProofResult, Prover } from "@frond/prover";
import type { Store, Table } from "@frond/store";
import type { EpochProver, VerifiedProof } from "./types.ts";

/** The circuits of a layer, ready to prove. */
export type EpochCircuits = {
  /** By the name of their size. */
  readonly blocks: ReadonlyMap<string, PreparedCircuit>;
  readonly aggregate: PreparedCircuit;
  readonly settlement: PreparedCircuit;
};

export type EpochProverDependencies = {
  readonly prover: Pick<Prover, "prove" | "verify">;
  readonly circuits: EpochCircuits;
  readonly blockInputs: (witness: BlockWitness) => InputMap;
  readonly store: Pick<Store, "table">;
  readonly logger: Logger;
};

type StoredProof = Omit<VerifiedProof, "seconds">;

/**
 * Makes the proofs of epochs, and keeps each under the hash of what it proves: a proof that was made before a crash is found again, not made again. A proof is verified when it
 * is made and when it is found.
 */
export function createEpochProver(dependencies: EpochProverDependencies): EpochProver {
  const { prover, circuits, blockInputs, store, logger } = dependencies;
  const stored: Table<StoredProof> = store.table("proofs");
  const underWay = new Map<string, Promise<VerifiedProof>>();

  function prove(circuit: PreparedCircuit, inputs: InputMap): Promise<VerifiedProof> {
    const id = contentHash(circuit, inputs);
    const known = underWay.get(id);
    if (known !== undefined) return known;
    const proof = findOrMake(id, circuit, inputs).finally(() => underWay.delete(id));
    underWay.set(id, proof);
    return proof;
  }

  async function findOrMake(id: string, circuit: PreparedCircuit, inputs: InputMap): Promise<VerifiedProof> {
    const found = stored.get(id);
    if (found !== undefined && (await prover.verify(circuit, found))) return { ...found, seconds: 0 };
    const result: ProofResult = await prover.prove(circuit, inputs);
    const { publicInputs, proof, proofBytes } = result;
    await stored.put(id, { publicInputs, proof, proofBytes });
    logger.info(`Proved ${circuit.name}`, {
      witnessSeconds: round(result.witnessSeconds),
      provingSeconds: round(result.provingSeconds),
    });
    return { publicInputs, proof, proofBytes, seconds: result.provingSeconds };
  }

  return {
    proveBlock: (witness) => prove(circuits.blocks.get(witness.size)!, blockInputs(witness)),
    proveAggregate: (inputs) => prove(circuits.aggregate, inputs),
    proveSettlement: (inputs) => prove(circuits.settlement, inputs),
    blockKey: (size) => keyOf(circuits.blocks.get(size)!),
    aggregateKey: keyOf(circuits.aggregate),
  };
}

function keyOf({ key }: PreparedCircuit): { readonly fields: readonly Field[]; readonly hash: Field } {
  return { fields: key.fields, hash: key.hash };
}

/** Names a proof by its circuit, its key and its inputs. */
function contentHash(circuit: PreparedCircuit, inputs: InputMap): string {
  return createHash("sha256")
    .update(`${circuit.digest}:${circuit.target}:${circuit.key.hash.toString(16)}:`)
    .update(JSON.stringify(inputs))
    .digest("hex");
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
