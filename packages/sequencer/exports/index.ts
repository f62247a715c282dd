export { createSequencer } from "../src/createSequencer.ts";
export { type Retry, SequencerError, type SequencerErrorCode } from "../src/errors.ts";
export { createVerifier } from "../src/intake/verifySignatures.ts";
export { defaultLimits, type Limits } from "../src/limits.ts";
export { verifyPreconfirmation } from "../src/promise/preconfirmation.ts";
export { blocksOfEpoch } from "../src/seal/blocksOfEpoch.ts";
export { createSealer } from "../src/seal/sealBlock.ts";
export { createWorkerSealer, createWorkerVerifier } from "../src/threads/workers.ts";
export type * from "../src/types.ts";
