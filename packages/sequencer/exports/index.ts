export { createSequencer } from "../src/createSequencer.ts";
export { type Retry, SequencerError, type SequencerErrorCode } from "../src/errors.ts";
export { createVerifier } from "../src/intake/verifySignatures.ts";
export { defaultLimits, type Limits } from "../src/limits.ts";
export { RESERVED_BLOCKS } from "../src/order/blockAllowance.ts";
export { verifyPreconfirmation } from "../src/promise/preconfirmation.ts";
export { blocksOfEpoch } from "../src/seal/blocksOfEpoch.ts";
export { createSealer } from "../src/seal/sealBlock.ts";
export {
  type Attempt,
  createReturning,
  type Departed,
  type Returning,
  type ReturningDependencies,
} from "../src/setBack/createReturning.ts";
export { judgeFailure, type Verdict } from "../src/setBack/judgeFailure.ts";
export type { ReturningItem } from "../src/setBack/line.ts";
export { freeNonce, missingNonce } from "../src/setBack/nonces.ts";
export type { Reason } from "../src/setBack/reasons.ts";
export { createWorkerSealer, createWorkerVerifier } from "../src/threads/workers.ts";
export type * from "../src/types.ts";
