export { type AnswerOptions, type Answers, createAnswers } from "../src/async/createAnswers.ts";
export { type Closing, createClosing } from "../src/async/createClosing.ts";
export { endsWithin } from "../src/async/endsWithin.ts";
export { orAborted, type RetryOptions, retry } from "../src/async/retry.ts";
export { sleep } from "../src/async/sleep.ts";
export { NotInTimeError, type UntilOptions, until } from "../src/async/until.ts";
export { type Bucket, createBucket } from "../src/bucket.ts";
export { FrondError, type FrondErrorOptions } from "../src/error.ts";
export {
  addFields,
  bytesToField,
  bytesToInteger,
  FIELD_MODULUS,
  type Field,
  fieldToBytes,
  fieldToHex,
  hexToField,
  InvalidFieldError,
  isField,
  power,
  toField,
} from "../src/field.ts";
export {
  addPoints,
  GENERATOR,
  GRUMPKIN_ORDER,
  isOnCurve,
  multiplyGenerator,
  multiScalarMultiply,
  NEUTRAL,
  negatePoint,
  type Point,
  scalarMultiply,
  TooManyPointsError,
} from "../src/grumpkin.ts";
export { createLogger, type LogEntry, type Logger, type LogLevel, silentLogger } from "../src/logger.ts";
export {
  compress,
  type PermutationState,
  POSEIDON2_PARAMETERS,
  poseidon2Hash,
  poseidon2Permutation,
} from "../src/poseidon2.ts";
export {
  InvalidSecretError,
  publicKeyOf,
  randomSecret,
  type Signature,
  type SignedChallenge,
  signChallenge,
  verifyMany,
} from "../src/signature.ts";
export { createPhases, type Phases } from "../src/tracing/createPhases.ts";
export { parseTraceparent } from "../src/tracing/traceparent.ts";
export { inSpan, MOST_LINKS, noTracer, type Span, type Tracer } from "../src/tracing/tracer.ts";
export { traceTime } from "../src/tracing/traceTime.ts";
