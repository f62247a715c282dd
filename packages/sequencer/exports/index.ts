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
  freeNonce,
  missingNonce,
  type Reason,
  type Returning,
  type ReturningItem,
} from "../src/setBack/createReturning.ts";
export { judgeFailure, type Verdict } from "../src/setBack/judgeFailure.ts";
export { createWorkerSealer, createWorkerVerifier } from "../src/threads/workers.ts";
export type * from "../src/types.ts";
