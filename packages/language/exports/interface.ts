// What a client needs of an application. No file of it needs Node or traces anything, so that pages load it.
export {
  type ApplicationInterface,
  argumentFieldsOf,
  type ExitType,
  type ExitTypes,
  entryWidthOf,
  exitArgumentsOf,
  interfaceOf,
  type NoViews,
  type ViewTypes,
} from "../src/applicationInterface.ts";
export {
  type ArgumentsOf,
  decodeArguments,
  decodeEntry,
  type EntryOf,
  encodeArguments,
  encodeExit,
  entryKeyOf,
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
export { type Events, eventDefinitions, type NoEvents } from "../src/eventDefinitions.ts";
export { genesisEntries } from "../src/genesis.ts";
export { account, cell, type MapDeclaration, map, type StateDeclaration } from "../src/state.ts";
export {
  address,
  array,
  bool,
  enumeration,
  ethereumAddress,
  type Fields,
  field,
  i8,
  i16,
  i32,
  i64,
  i128,
  type PlainInputOf,
  type PlainOf,
  struct,
  type Type,
  u8,
  u16,
  u32,
  u64,
  u128,
} from "../src/types.ts";
