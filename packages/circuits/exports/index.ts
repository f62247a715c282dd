export {
  type AggregateInputsOptions,
  aggregateInputs,
  TooManyStepsError,
} from "../ts/aggregateInputs.ts";
export {
  AGGREGATE_ARITIES,
  type AggregateDescription,
  type AggregateStep,
  aggregateKeysHash,
} from "../ts/aggregateStep.ts";
export { type AggregateRule, AggregateStepError, type AppliedStep, applySteps } from "../ts/applySteps.ts";
export {
  aggregateCircuit,
  type CircuitSource,
  escapeCircuit,
  fillerCircuit,
  librarySources,
  settlementCircuit,
} from "../ts/circuitSource.ts";
export { MissingProofError } from "../ts/encodeAggregate.ts";
export {
  type EscapeDescription,
  EscapeError,
  type EscapeLayer,
  type EscapeRule,
  type EscapeStatement,
  escapeInputs,
  escapeLayerOf,
  escapePublicInputs,
  escapeStatement,
} from "../ts/escapeInputs.ts";
export { type Claim, type InnerProof, innerProofOf } from "../ts/innerProof.ts";
export {
  blockKeysTree,
  childrenTree,
  genesisOfTree,
  genesisSnapshot,
  type LayerSnapshot,
  withBalances,
  withChild,
} from "../ts/layerSnapshot.ts";
export { recordInput } from "../ts/recordInput.ts";
export {
  type SettlementDescription,
  type SettlementStatement,
  SettlementUnbalancedError,
  settleAggregate,
  settlementInputs,
  settlementPublicInputs,
} from "../ts/settlementInputs.ts";
export { signatureInput } from "../ts/signatureInput.ts";
export { VerificationKeyError, verificationKeyHash } from "../ts/verificationKeyHash.ts";
