export {
  type Application,
  type ApplicationDefinition,
  application,
  type BouncedDefinition,
  type CallDefinition,
  type FeeDefinition,
  type HandlerDefinition,
  type MethodDefinition,
} from "../src/application.ts";
export { type ApplicationInterface, interfaceOf } from "../src/applicationInterface.ts";
export type { CallInput, TypedCallInput } from "../src/callInput.ts";
export { type CallInterface, callInterface } from "../src/calls.ts";
export type {
  CallMessage,
  CommonContext,
  ExitContext,
  FeeContext,
  MethodContext,
  PayoutInput,
  ReceivedMessage,
  WithdrawalInput,
} from "../src/context.ts";
export {
  type BlockShare,
  type CostReport,
  costReport,
  type Limit,
  type ProcedureReport,
  type SizeReport,
} from "../src/cost/costReport.ts";
export type { Span } from "../src/demand/demandOf.ts";
export { type DescribedCall, describeMessage, encodeCall } from "../src/describeMessage.ts";
export { days, hours, minutes, seconds } from "../src/durations.ts";
export {
  type ArgumentsOf,
  decodeArguments,
  decodeEntry,
  decodePlain,
  type EntryOf,
  encodeArguments,
  encodeExit,
  encodePlain,
  entryKeyOf,
  nonceOf,
  type PlainKeyOf,
} from "../src/encode.ts";
export { EncodingError } from "../src/encodingError.ts";
export { DataModeError, dataRulesOf } from "../src/entryFormats.ts";
export { DefinitionError, type DefinitionErrorCode, formatLocation } from "../src/errors.ts";
export {
  type CallContext,
  createExecutor,
  type Executor,
  type TransactionContext,
} from "../src/executor/createExecutor.ts";
export type { CallFailure, Outcome } from "../src/executor/outcome.ts";
export { type ExitCall, type ExitOutcome, runExit } from "../src/executor/runExit.ts";
export type { StateAccess } from "../src/executor/session.ts";
export type { ExitDefinition } from "../src/exits.ts";
export { interfaceSource } from "../src/interfaceSource.ts";
export type * from "../src/ir.ts";
export { nearest } from "../src/nearest.ts";
export { applicationNoir } from "../src/noir/applicationNoir.ts";
export { blockCircuit } from "../src/noir/blockCircuit.ts";
export { blockInputs, TransactionFailedError } from "../src/noir/blockInputs.ts";
export { blockSizes } from "../src/noir/blockSizes.ts";
export { EntryMissingError } from "../src/noir/encodeBlock.ts";
export { exitCircuit } from "../src/noir/exitCircuit.ts";
export {
  type ExitDescription,
  ExitFailedError,
  type ExitInputs,
  exitInputs,
  HiddenEntryError,
  payoutsOfExit,
  type UnsignedExitOn,
} from "../src/noir/exitInputs.ts";
export { exitsNoir } from "../src/noir/exitsNoir.ts";
export { allSizes } from "../src/noir/forcedSize.ts";
export { assert, constant, hash, select, when } from "../src/operations.ts";
export {
  account,
  cell,
  type KeyInput,
  type MapDeclaration,
  map,
  type Slot,
  type State,
  type StateDeclaration,
} from "../src/state.ts";
export {
  type AddressType,
  type ArrayType,
  address,
  array,
  type BoolType,
  bool,
  type EthereumAddressType,
  ethereumAddress,
  type Fields,
  type FieldType,
  field,
  type IntegerType,
  type PlainInputOf,
  type PlainOf,
  type StructType,
  struct,
  type Type,
  u8,
  u16,
  u32,
  u64,
  u128,
} from "../src/types.ts";
export type { InputOf, ValueOf } from "../src/valueOf.ts";
export type { AddressValue, BoolValue, EthereumAddressValue, FieldValue, Uint } from "../src/values.ts";
