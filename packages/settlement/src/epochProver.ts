import { createHash } from "node:crypto";
import { type Field, fieldToHex, type Logger } from "@frond/foundation";
import type { BlockWitness } from "@frond/protocol";
import type { InputMap, PreparedCircuit, Prover } from "@frond/prover";
import type { Store, Table } from "@frond/store";
import { createRankedQueue } from "./rankedQueue.ts";
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

/** While one proof is made, the witness of the next one is: the prover takes two at a time. */
const CONCURRENCY = 2;

/**
 * Makes the proofs of epochs: those of the oldest epoch first, and within it what is nearest to L1, so that a block of a later epoch does not delay a settlement. Each proof is
 * kept under what it proves: one that was made before a crash is found again, not made again. A proof is verified when it is made and when it is found.
 */
export function createEpochProver(dependencies: EpochProverDependencies): EpochProver {
  const { prover, circuits, blockInputs, store, logger } = dependencies;
  const stored: Table<StoredProof> = store.table("proofs");
  const queue = createRankedQueue(CONCURRENCY);

  /** `makeInputs` runs when it is the proof's turn, and only if it has to be made: inputs are large. */
  async function findOrMake(circuit: PreparedCircuit, { statement, makeInputs }: Job): Promise<VerifiedProof> {
    const id = proofId(circuit, statement);
    const found = stored.get(id);
    if (found !== undefined && (await prover.verify(circuit, found))) return { ...found, seconds: 0 };
    const { publicInputs, proof, proofBytes, ...times } = await prover.prove(circuit, makeInputs());
    await stored.put(id, { publicInputs, proof, proofBytes });
    const { witnessSeconds, provingSeconds } = times;
    logger.info(`Proved ${circuit.name}`, { witness: round(witnessSeconds), proving: round(provingSeconds) });
    return { publicInputs, proof, proofBytes, seconds: provingSeconds };
  }

  return {
    proveBlock(statement, witness) {
      const job = { statement, makeInputs: () => blockInputs(witness) };
      return queue(rankOf(witness.epoch, 2), () => findOrMake(circuits.blocks.get(witness.size)!, job));
    },
    proveAggregate: ({ epoch, ...job }) => queue(rankOf(epoch, 1), () => findOrMake(circuits.aggregate, job)),
    proveSettlement: ({ epoch, ...job }) => queue(rankOf(epoch, 0), () => findOrMake(circuits.settlement, job)),
    blockKey: (size) => keyOf(circuits.blocks.get(size)!),
    aggregateKey: keyOf(circuits.aggregate),
  };
}

type Job = { readonly statement: readonly Field[]; readonly makeInputs: () => InputMap };

function rankOf(epoch: number, stage: 0 | 1 | 2): number {
  return epoch * 3 + stage;
}

function keyOf({ key }: PreparedCircuit): { readonly fields: readonly Field[]; readonly hash: Field } {
  return { fields: key.fields, hash: key.hash };
}

/** Names a proof by its circuit, its key and what it states. */
function proofId(circuit: PreparedCircuit, statement: readonly Field[]): string {
  const parts = [circuit.digest, circuit.target, fieldToHex(circuit.key.hash), ...statement.map(fieldToHex)];
  return createHash("sha256").update(parts.join(":")).digest("hex");
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
