import type { FrondError } from "@frond/foundation";
import { JobFailedError, JobTooLargeError, type ProofQueue, type QueueTable } from "@frond/prover";
import { type ProofRequest, type TreeProver, UnprovableError } from "@frond/settlement";

/** How long one proof took, its witness included. */
export type ProvenJob = {
  readonly kind: ProofRequest["kind"];
  readonly circuit: string;
  readonly seconds: number;
};

export type TreeProverDependencies = {
  readonly queue: Pick<ProofQueue, "submit" | "result" | "forget" | "verify" | "status">;
  /** The epochs of jobs, by job: durable, so that jobs of a process that died are forgotten with their epoch, too. */
  readonly epochs: QueueTable<number>;
  /** Told of every proof that was made, and not of one that was found again. */
  readonly onProven?: ((job: ProvenJob) => void) | undefined;
};

/** A proof queue as what settlement proves with. */
export function treeProverOf({ queue, epochs, onProven }: TreeProverDependencies): TreeProver {
  /** Proofs whose times were counted: one that is found again costs nothing. */
  const counted = new Set<string>();

  async function forgetJob(id: string): Promise<void> {
    counted.delete(id);
    await queue.forget(id);
    await epochs.delete(id);
  }

  return {
    async prove(request: ProofRequest) {
      const { kind, circuit, inputs, expect, epoch, signal, trace } = request;
      try {
        signal?.throwIfAborted();
        const id = await queue.submit({ kind, circuit, inputs, expect, priority: priorityOf(request), trace });
        signal?.addEventListener("abort", () => void forgetJob(id).catch(() => {}));
        if (signal?.aborted) await forgetJob(id);
        else await epochs.put(id, epoch);
        signal?.throwIfAborted();
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
      for (const [id, of] of [...epochs.entries()]) if (of <= epoch) await forgetJob(id);
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

/** What is nearest to L1 goes first. */
const DISTANCE = { settlement: 0, aggregate: 1, block: 2 } as const;
const DISTANCES = 4;
/** More than any layer has blocks in an epoch. */
const MOST_TURNS = 2 ** 16;

/**
 * The oldest epoch goes before all others; in an epoch what is nearest to L1; of its blocks those of layers that are
 * believed; of these every layer's first before anybody's second. So a layer with many blocks delays mainly itself.
 */
export function priorityOf({ kind, epoch, turn = 0, isOfStranger = false }: ProofRequest): number {
  const distance = DISTANCE[kind] + (isOfStranger ? 1 : 0);
  return -((epoch * DISTANCES + distance) * MOST_TURNS + Math.min(turn, MOST_TURNS - 1));
}

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
