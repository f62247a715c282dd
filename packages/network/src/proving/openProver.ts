import type { Logger } from "@frond/foundation";
import { createProver, createReferenceString, type Prover, type ReferenceString } from "@frond/prover";

/** One step of a set-up that takes time, and how far a long one is. */
export type Step = { readonly step: string; readonly fraction?: number; readonly remainingSeconds?: number };

export type OpenProverOptions = {
  readonly referenceString: "development" | "ignition";
  readonly cacheDirectory: string;
  /** Whether keys are computed even if they come with Frond. */
  readonly computesKeys?: boolean;
  readonly logger: Logger;
  /** Told at the start of each step and while long ones go on. */
  readonly onProgress: (progress: Step) => void;
};

/** Brings up the reference string and a prover. What is made is kept in the cache directory. */
export async function openProver(
  options: OpenProverOptions,
): Promise<{ readonly prover: Prover; readonly referenceString: ReferenceString }> {
  const { cacheDirectory, computesKeys, logger, onProgress } = options;
  onProgress({ step: "reference string" });
  const referenceString = await createReferenceString({
    kind: options.referenceString,
    directory: cacheDirectory,
    onProgress: ({ step, fraction, remainingSeconds }) =>
      onProgress({ step, fraction, ...(remainingSeconds === undefined ? {} : { remainingSeconds }) }),
  });
  return { prover: await createProver({ referenceString, cacheDirectory, computesKeys, logger }), referenceString };
}
