import { silentLogger, type Tracer } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { createCircuitShelf } from "../circuits/circuitShelf.ts";
import { createProver } from "../createProver.ts";
import { createLocalPool } from "../pool/createLocalPool.ts";
import { chooseSizing, type Sizing } from "../pool/sizing.ts";
import type { ReferenceString } from "../types.ts";
import { createQueue, type QueueOptions } from "./createQueue.ts";
import type { ProofQueue } from "./types.ts";

/** Sizes that are left out are chosen by the cores and the memory of the machine: see {@link chooseSizing}. */
export type LocalQueueOptions = QueueOptions & { readonly [P in keyof Sizing]?: Sizing[P] | undefined } & {
  readonly referenceString: ReferenceString;
  /** `~/.cache/frond` by default. */
  readonly cacheDirectory?: string | undefined;
  /**
   * How far below this process the workers run, from 0 (the same) to 19; 10 by default, so that a proof does not delay
   * a preconfirmation.
   */
  readonly niceness?: number | undefined;
  /** Shows how proofs of traced jobs are made. */
  readonly tracer?: Tracer | undefined;
};

/** A proof queue whose workers are processes of this machine. All of them end with this one, however it ends. */
export async function createLocalQueue(options: LocalQueueOptions): Promise<ProofQueue> {
  const { referenceString, niceness, cacheDirectory = defaultCacheDirectory(), logger = silentLogger } = options;
  const sizing = chooseSizing(options);
  const verifier =
    options.prover ?? (await createProver({ referenceString, cacheDirectory, niceness, threads: 1, logger }));
  return createQueue(options, {
    createPool: ({ onRoom }) =>
      createLocalPool({
        ...sizing,
        name: "local",
        referenceString,
        cacheDirectory,
        niceness,
        onRoom,
        logger,
        tracer: options.tracer,
      }),
    verifier,
    closeVerifier: async () => options.prover === undefined && (await verifier.close()),
    circuits: createCircuitShelf({ cacheDirectory, logger }),
    logger,
  });
}
