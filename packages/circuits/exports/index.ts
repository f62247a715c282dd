export { type AggregateInputsOptions, aggregateInputs, MissingProofError } from "../ts/aggregateInputs.ts";
export { AGGREGATE_ARITY, type AggregateDescription, type AggregateStep } from "../ts/aggregateStep.ts";
export { AggregateStepError, type AppliedStep, applySteps } from "../ts/applySteps.ts";
export { aggregateCircuit, type CircuitSource, librarySources, settlementCircuit } from "../ts/circuitSource.ts";
export { type Claim, type InnerProof, innerProofOf } from "../ts/innerProof.ts";
export { blockKeysTree, genesisSnapshot, type LayerSnapshot } from "../ts/layerSnapshot.ts";
export {
  type SettlementDescription,
  type SettlementStatement,
  SettlementUnbalancedError,
  settleAggregate,
  settlementInputs,
  settlementPublicInputs,
} from "../ts/settlementInputs.ts";
