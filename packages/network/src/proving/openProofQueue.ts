import { join } from "node:path";
import type { Logger, Tracer } from "@frond/foundation";
import {
  BarretenbergError,
  CircuitArtifactError,
  createLocalQueue,
  createNatsQueue,
  type PreparedCircuit,
  type ProofQueue,
  type Prover,
  type QueueStore,
  unpackCircuit,
} from "@frond/prover";
import type { TreeProver } from "@frond/settlement";
import { openTables } from "@frond/store";
import type { NetworkConfig } from "../configuration/types.ts";
import { type ProvenJob, treeProverOf } from "./treeProver.ts";

export type { ProvenJob };

export type OpenProofQueueOptions = {
  readonly proving: NetworkConfig["proving"];
  readonly prover: Prover;
  readonly cacheDirectory: string;
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** Shows how proofs are made that are made on this machine. */
  readonly tracer?: Tracer;
  /** Told of every proof that was made, and not of one that was found again. */
  readonly onProven?: ((job: ProvenJob) => void) | undefined;
};

export type OpenProofQueue = {
  readonly prover: TreeProver;
  readonly queue: ProofQueue;
  /**
   * Takes the circuit of a digest, which a layer was asked for.
   * @throws CircuitArtifactError when it is damaged or another one; BarretenbergError when it is too large
   */
  addCircuit(packed: Uint8Array, digest: string): Promise<PreparedCircuit>;
  /** Forgets a circuit that was taken, and that no layer has any more. */
  forgetCircuit(circuit: PreparedCircuit): Promise<void>;
  /** Resident bytes at the peak, of the processes of this machine that prove. */
  peakBytes(): number;
  close(): Promise<void>;
};

/** Opens what the coordinator proves with. */
export type OpenQueue = (options: OpenProofQueueOptions) => Promise<Omit<OpenProofQueue, "queue">>;

/** The proof queue of a network, on this machine or over NATS, as what settlement proves with. */
export async function openProofQueue(options: OpenProofQueueOptions): Promise<OpenProofQueue> {
  const { proving, prover, cacheDirectory, dataDirectory, logger } = options;
  const tables = openTables({ path: join(dataDirectory, "proofs") });
  const store: QueueStore = {
    jobs: tables.table("jobs"),
    results: tables.table("results"),
    inputs: tables.table("inputs"),
    workers: tables.table("workers"),
  };
  const common = { store, cacheDirectory, logger, referenceString: prover.referenceString };
  const queue =
    proving.nats === undefined
      ? await createLocalQueue({
          ...common,
          workers: proving.workers,
          memoryBytes: proving.memory,
          tracer: options.tracer,
        })
      : await createNatsQueue({ ...common, url: proving.nats });
  return {
    prover: treeProverOf({ queue, epochs: tables.table("epochs"), onProven: options.onProven }),
    queue,
    async addCircuit(packed, digest) {
      const circuit = unpackCircuit(packed);
      if (circuit.digest !== digest) throw new CircuitArtifactError("it is another program than the one asked for");
      const { points } = prover.referenceString;
      if (circuit.dyadic >= points)
        throw new BarretenbergError(
          "prove",
          circuit.name,
          `it has ${circuit.dyadic} rows, and the reference string is enough for ${points - 1}`,
        );
      await queue.register(circuit);
      return circuit;
    },
    forgetCircuit: (circuit) => queue.unregister(circuit),
    peakBytes: () => prover.memory().peakBytes,
    async close() {
      await queue.close();
      await tables.close();
    },
  };
}
