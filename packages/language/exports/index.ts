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
export {
  decodeEvent,
  decodeView,
  encodeEventFilter,
  encodeView,
  type ViewArguments,
  type ViewResult,
} from "../src/encodeView.ts";
export { EncodingError } from "../src/encodingError.ts";
export { DataModeError, dataRulesOf } from "../src/entryFormats.ts";
export { DefinitionError, type DefinitionErrorCode, formatLocation } from "../src/errors.ts";
export type { Events } from "../src/eventDefinitions.ts";
export type { Emit } from "../src/events.ts";
export {
  type CallContext,
  createExecutor,
  type Executor,
  type TransactionContext,
} from "../src/executor/createExecutor.ts";
export type { CallFailure, Outcome } from "../src/executor/outcome.ts";
export { type ExitCall, type ExitOutcome, runExit } from "../src/executor/runExit.ts";
export { runView, type ViewCall, type ViewOutcome } from "../src/executor/runView.ts";
export type { Emitted, StateAccess } from "../src/executor/session.ts";
export { declareExits, type ExitDefinition } from "../src/exits.ts";
export { genesisEntries } from "../src/genesis.ts";
export type { GenesisOf } from "../src/genesisOf.ts";
export { interfaceSource } from "../src/interfaceSource.ts";
export type * from "../src/ir.ts";
export { nearest } from "../src/nearest.ts";
export { applicationNoir } from "../src/noir/applicationNoir.ts";
export { blockCircuit } from "../src/noir/blockCircuit.ts";
export { blockInputs, TransactionFailedError } from "../src/noir/blockInputs.ts";
export { blockSizes, defaultSizes } from "../src/noir/blockSizes.ts";
export { callSize } from "../src/noir/callSize.ts";
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
export { heedlessInputs } from "../src/noir/heedlessInputs.ts";
export { assert, constant, hash, type OtherCases, select, when } from "../src/operations.ts";
export { type Returned, returnedType } from "../src/returnedType.ts";
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
  type EnumerationType,
  type EthereumAddressType,
  enumeration,
  ethereumAddress,
  type Fields,
  type FieldType,
  field,
  type IntegerType,
  i8,
  i16,
  i32,
  i64,
  i128,
  type PlainInputOf,
  type PlainOf,
  type SignedType,
  type StructType,
  struct,
  type Type,
  u8,
  u16,
  u32,
  u64,
  u128,
} from "../src/types.ts";
export type { ArrayValue, InputOf, ValueOf } from "../src/valueOf.ts";
export type {
  AddressValue,
  BoolValue,
  EnumerationValue,
  EthereumAddressValue,
  FieldValue,
  Int,
  Uint,
} from "../src/values.ts";
export type { ViewContext, ViewDefinition } from "../src/views.ts";
