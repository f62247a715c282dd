import { aggregateCircuit, settlementCircuit } from "@frond/circuits";
import type { Logger } from "@frond/foundation";
import { type Application, blockCircuit, blockSizes } from "@frond/language";
import {
  createProver,
  createReferenceString,
  type PreparedCircuit,
  type Prover,
  type ReferenceString,
} from "@frond/prover";
import type { EpochCircuits } from "@frond/settlement";

export type SetUpOptions = {
  readonly application: Application;
  readonly referenceString: "development" | "ignition";
  readonly cacheDirectory: string;
  readonly logger: Logger;
  /** Told at the start of each step and while long ones go on. */
  readonly onProgress: (progress: {
    readonly step: string;
    readonly fraction?: number;
    readonly remainingSeconds?: number;
  }) => void;
};

export type SetUp = {
  readonly prover: Prover;
  readonly referenceString: ReferenceString;
  readonly circuits: EpochCircuits;
};

/** Brings up all that is the same for every network of an application: reference string, prover, circuits and their keys. From the cache after the first time. */
export async function setUp(options: SetUpOptions): Promise<SetUp> {
  const { application, cacheDirectory, logger, onProgress } = options;
  onProgress({ step: "reference string" });
  const referenceString = await createReferenceString({
    kind: options.referenceString,
    directory: cacheDirectory,
    onProgress: ({ step, fraction, remainingSeconds }) =>
      onProgress({ step, fraction, ...(remainingSeconds === undefined ? {} : { remainingSeconds }) }),
  });
  const prover = await createProver({ referenceString, cacheDirectory, logger });
  try {
    const circuits = await prepareCircuits(prover, application, (step) => onProgress({ step }));
    return { prover, referenceString, circuits };
  } catch (error) {
    await prover.close();
    throw error;
  }
}

/** Compiles and keys the block circuit of every size, the aggregate and the settlement, in this order: each needs what is before it. */
export async function prepareCircuits(
  prover: Prover,
  application: Application,
  onStep: (step: string) => void,
): Promise<EpochCircuits> {
  const blocks = new Map<string, PreparedCircuit>();
  for (const size of blockSizes) {
    onStep(`block circuit ${size.name}`);
    blocks.set(size.name, await prover.prepare(blockCircuit({ program: application.program, size }), "recursive"));
  }
  onStep("aggregate circuit");
  const aggregate = await prover.prepare(aggregateCircuit(), "recursive");
  onStep("settlement circuit");
  const settlement = await prover.prepare(settlementCircuit({ aggregateKeyHash: aggregate.key.hash }), "evm");
  return { blocks, aggregate, settlement };
}
