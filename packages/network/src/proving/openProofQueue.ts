import { join } from "node:path";
import type { FrondError, Logger } from "@frond/foundation";
import {
  BarretenbergError,
  CircuitArtifactError,
  createLocalQueue,
  createNatsQueue,
  JobFailedError,
  JobTooLargeError,
  type PreparedCircuit,
  type ProofQueue,
  type Prover,
  type QueueStore,
  unpackCircuit,
} from "@frond/prover";
import { type ProofRequest, type TreeProver, UnprovableError } from "@frond/settlement";
import { openTables } from "@frond/store";
import type { NetworkConfig } from "../configuration/types.ts";

export type OpenProofQueueOptions = {
  readonly proving: NetworkConfig["proving"];
  readonly prover: Prover;
  readonly cacheDirectory: string;
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** Told of every proof that was made, and not of one that was found again. */
  readonly onProven?: ((job: ProvenJob) => void) | undefined;
};

/** How long one proof took, its witness included. */
export type ProvenJob = {
  readonly kind: ProofRequest["kind"];
  readonly circuit: string;
  readonly seconds: number;
};

export type OpenProofQueue = {
  readonly prover: TreeProver;
  readonly queue: ProofQueue;
  /**
   * Takes the circuit of a digest, which a layer was asked for.
   * @throws CircuitArtifactError when it is damaged or another one; BarretenbergError when it is too large
   */
  addCircuit(packed: Uint8Array, digest: string): Promise<PreparedCircuit>;
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
      ? await createLocalQueue({ ...common, workers: proving.workers, memoryBytes: proving.memory })
      : await createNatsQueue({ ...common, url: proving.nats });
  return {
    prover: treeProverOf(queue, options.onProven),
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
    peakBytes: () => prover.memory().peakBytes,
    async close() {
      await queue.close();
      await tables.close();
    },
  };
}

/** What is nearest to L1 goes first, and the oldest epoch before all others. */
const DISTANCE = { settlement: 0, aggregate: 1, block: 2 } as const;

/**
 * Whether to go on without a proof. A circuit of the tree fails with its machines, and another attempt may help. A
 * block's is anybody's, and may be made to kill whoever proves it, or to take more than anybody has: once the queue
 * gives it up, the epoch goes on without its layer.
 */
function isHopeless(kind: ProofRequest["kind"], error: unknown): error is FrondError {
  if (error instanceof JobFailedError) return error.isFinal || kind === "block";
  return error instanceof JobTooLargeError && kind === "block";
}

/** What is behind a job that was given up. */
function reasonOf(error: FrondError): string {
  return error instanceof JobFailedError ? (error.data.error as { readonly message: string }).message : error.message;
}

function treeProverOf(queue: ProofQueue, onProven?: (job: ProvenJob) => void): TreeProver {
  const jobsOfEpoch = new Map<number, Set<string>>();
  /** Proving times of proofs that were counted: one that is found again costs nothing. */
  const counted = new Set<string>();
  return {
    async prove({ kind, circuit, inputs, expect, epoch, signal }: ProofRequest) {
      try {
        signal?.throwIfAborted();
        const id = await queue.submit({ kind, circuit, inputs, expect, priority: -(epoch * 3 + DISTANCE[kind]) });
        jobsOfEpoch.set(epoch, (jobsOfEpoch.get(epoch) ?? new Set()).add(id));
        signal?.addEventListener("abort", () => void queue.forget(id).catch(() => {}));
        const { publicInputs, proof, proofBytes, witnessSeconds, provingSeconds } = await queue.result(id);
        const isNew = !counted.has(id);
        counted.add(id);
        const seconds = isNew ? provingSeconds : 0;
        if (isNew) onProven?.({ kind, circuit: circuit.name, seconds: witnessSeconds + provingSeconds });
        return { publicInputs, proof, proofBytes, seconds };
      } catch (error) {
        if (isHopeless(kind, error))
          throw new UnprovableError({ what: `proof of ${circuit.name}`, reason: reasonOf(error) }, error);
        throw error;
      }
    },
    verify: (circuit, proof) => queue.verify(circuit, proof),
    async forget(epoch) {
      for (const [old, ids] of jobsOfEpoch) {
        if (old > epoch) continue;
        jobsOfEpoch.delete(old);
        for (const id of ids) {
          counted.delete(id);
          await queue.forget(id);
        }
      }
    },
    status() {
      const { waiting, running, failed, workers } = queue.status();
      return {
        waiting,
        running: running.length,
        failed: failed.length,
        workers: workers.reduce((sum, worker) => sum + worker.workers, 0),
      };
    },
  };
}
