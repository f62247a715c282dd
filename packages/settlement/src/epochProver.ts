import { type Field, FrondError, type Logger } from "@frond/foundation";
import type { BlockWitness } from "@frond/protocol";
import { createJobQueue, type InputMap, type JobDescription, type PreparedCircuit, type Prover } from "@frond/prover";
import type { Store } from "@frond/store";
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
  readonly store: Pick<Store, "table" | "witness">;
  readonly logger: Logger;
};

/** A block's job names the block, whose witness is in the store; the statement makes it one of a kind. */
type BlockArgument = { readonly number: number; readonly statement: readonly Field[] };

/**
 * Makes the proofs of epochs, as jobs of a durable queue: what was being proven when the process died is proven by the next one, and a proof that was made is found again. Those
 * of the oldest epoch go first, and within it what is nearest to L1, so that a block of a later epoch does not delay a settlement. The prover verifies what it makes; a proof
 * that is found is verified here.
 */
export function createEpochProver(dependencies: EpochProverDependencies): EpochProver {
  const { prover, circuits, blockInputs, store, logger } = dependencies;
  /** Proving times of what was made by this process. */
  const seconds = new WeakMap<Uint8Array, number>();
  const jobsOfEpoch = new Map<number, string[]>();
  const circuitOf = (name: string) => {
    const circuit =
      name === "aggregate"
        ? circuits.aggregate
        : name === "settlement"
          ? circuits.settlement
          : circuits.blocks.get(name);
    if (circuit === undefined) throw new UnknownCircuitError(name);
    return circuit;
  };
  const queue = createJobQueue({
    store: { jobs: store.table("jobs"), results: store.table("proofs") },
    prover: {
      async prove(circuit, inputs) {
        const result = await prover.prove(circuit, inputs);
        seconds.set(result.proofBytes, result.provingSeconds);
        logger.info(`Proved ${circuit.name}`, {
          witnessSeconds: round(result.witnessSeconds),
          provingSeconds: round(result.provingSeconds),
        });
        return result;
      },
    },
    circuitOf,
    recipes: { block: ({ number }: BlockArgument) => blockInputs(store.witness(number)!) },
    logger,
  });

  async function prove(epoch: number, job: JobDescription): Promise<VerifiedProof> {
    const id = await queue.submit(job);
    jobsOfEpoch.set(epoch, [...(jobsOfEpoch.get(epoch) ?? []), id]);
    const result = await queue.result(id);
    const made = seconds.get(result.proofBytes);
    if (made !== undefined || (await prover.verify(circuitOf(job.circuit), result)))
      return { ...result, seconds: made ?? 0 };
    logger.warn("A stored proof does not verify; it is made again", { id });
    await queue.forget(id);
    return await prove(epoch, job);
  }

  return {
    proveBlock({ number, size, epoch, statement }) {
      const argument: BlockArgument = { number, statement };
      const inputs = { recipe: "block", argument };
      return prove(epoch, { kind: "block", circuit: size, inputs, priority: priorityOf(epoch, 2) });
    },
    proveAggregate: (epoch, given) =>
      prove(epoch, { kind: "aggregate", circuit: "aggregate", inputs: { given }, priority: priorityOf(epoch, 1) }),
    proveSettlement: (epoch, given) =>
      prove(epoch, { kind: "settlement", circuit: "settlement", inputs: { given }, priority: priorityOf(epoch, 0) }),
    blockKey: (size) => circuitOf(size).key,
    aggregateKey: circuits.aggregate.key,
    async forget(epoch) {
      for (const id of jobsOfEpoch.get(epoch) ?? []) await queue.forget(id);
      jobsOfEpoch.delete(epoch);
    },
    close: () => queue.close(),
  };
}

/** The queue takes the greatest first. */
function priorityOf(epoch: number, distance: 0 | 1 | 2): number {
  return -(epoch * 3 + distance);
}

function round(time: number): number {
  return Math.round(time * 100) / 100;
}

/** A block of a size, or a stored job, for which there is no circuit. */
export class UnknownCircuitError extends FrondError {
  constructor(name: string) {
    super({
      code: "settlement/unknown-circuit",
      message: `There is no circuit ${name}. Start the node with the block sizes that its data was made with.`,
      data: { name },
    });
  }
}
