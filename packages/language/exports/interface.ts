// What a client needs of an application. No file of it needs Node or traces anything, so that pages load it.
export {
  type ApplicationInterface,
  argumentFieldsOf,
  entryWidthOf,
  interfaceOf,
} from "../src/applicationInterface.ts";
export {
  type ArgumentsOf,
  decodeArguments,
  decodeEntry,
  type EntryOf,
  encodeArguments,
  entryKeyOf,
  type PlainKeyOf,
} from "../src/encode.ts";
export { EncodingError } from "../src/encodingError.ts";
export { account, cell, type MapDeclaration, map, type StateDeclaration } from "../src/state.ts";
export {
  address,
  array,
  bool,
  ethereumAddress,
  type Fields,
  field,
  struct,
  type Type,
  u8,
  u16,
  u32,
  u64,
  u128,
} from "../src/types.ts";
