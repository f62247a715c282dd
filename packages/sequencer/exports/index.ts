export { blocksOfEpoch } from "../src/blocksOfEpoch.ts";
export { createSequencer } from "../src/createSequencer.ts";
export { type Retry, SequencerError, type SequencerErrorCode } from "../src/errors.ts";
export { defaultLimits, type Limits } from "../src/limits.ts";
export { verifyPreconfirmation } from "../src/preconfirmation.ts";
export { createSealer } from "../src/sealBlock.ts";
export type * from "../src/types.ts";
export { createVerifier } from "../src/verifySignatures.ts";
export { createWorkerSealer, createWorkerVerifier } from "../src/workers.ts";
