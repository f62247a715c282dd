import type { MessageKind, SentKindName } from "@frond/protocol";

/**
 * The intermediate representation of an application: what tracing produces, and what the executor and the Noir generator read.
 * A procedure is a straight line of instructions in single assignment; the value of an instruction is named by its position.
 */

export type IntegerBits = 8 | 16 | 32 | 64 | 128;

/** The type of one field element of the program. Structs are flattened before they get here. */
export type ScalarType =
  | { readonly kind: "integer"; readonly bits: IntegerBits }
  | { readonly kind: "field" }
  | { readonly kind: "bool" }
  | { readonly kind: "address" };

/** Where in the application's source an instruction comes from. */
export type SourceLocation = { readonly file: string; readonly line: number; readonly column: number };

/** Position of the instruction that made the value. */
export type ValueId = number;

/** Fields of the message that a handler handles, and of the surroundings that any procedure can read. `messageSlot` is the message's own slot. */
export type ContextName =
  | "sender"
  /** What the transaction pays, and the address that it is paid to. */
  | "fee"
  | "feeRecipient"
  | "layerId"
  | "slot"
  | "epoch"
  | "from"
  | "messageSlot"
  | "kind"
  | "asset"
  | "amount"
  | "recipient"
  | "payload";

/** The kinds of messages that an application sends: docs/protocol.md 4. */
export type SentKind = (typeof MessageKind)[SentKindName];

export type Operation =
  | { readonly op: "constant"; readonly type: ScalarType; readonly value: bigint }
  | { readonly op: "parameter"; readonly type: ScalarType; readonly index: number }
  | { readonly op: "context"; readonly type: ScalarType; readonly name: ContextName }
  /** Opens the entry of `map` at `keys`; its value is a handle. Two handles may name one entry: a write through one is seen through the other. */
  | { readonly op: "open"; readonly map: number; readonly keys: readonly ValueId[] }
  /** `field` counts in the entry's values; in the accounts map value 0 is the nonce. */
  | { readonly op: "read"; readonly type: ScalarType; readonly handle: ValueId; readonly field: number }
  | { readonly op: "write"; readonly handle: ValueId; readonly field: number; readonly value: ValueId }
  /** Checked on integers (overflow, underflow, division by zero fail); on `field` add, subtract and multiply are those of the field. */
  | {
      readonly op: "add" | "subtract" | "multiply" | "divide" | "remainder";
      readonly type: ScalarType;
      readonly a: ValueId;
      readonly b: ValueId;
    }
  /** floor(a * b / c) of integers of one type; the product is exact. Fails if c is zero or the result does not fit the type. */
  | { readonly op: "mulDiv"; readonly type: ScalarType; readonly a: ValueId; readonly b: ValueId; readonly c: ValueId }
  | { readonly op: "equal"; readonly a: ValueId; readonly b: ValueId }
  /** a < b on integers of one type. */
  | { readonly op: "lessThan"; readonly a: ValueId; readonly b: ValueId }
  | { readonly op: "and" | "or"; readonly a: ValueId; readonly b: ValueId }
  | { readonly op: "not"; readonly a: ValueId }
  | {
      readonly op: "select";
      readonly type: ScalarType;
      readonly condition: ValueId;
      readonly a: ValueId;
      readonly b: ValueId;
    }
  /** Between types; fails if the value does not fit. */
  | { readonly op: "convert"; readonly type: ScalarType; readonly value: ValueId }
  | { readonly op: "assert"; readonly condition: ValueId; readonly message: string }
  /** A call in one field: `constant + value * 2^offset` of each part. Parts are integers and bools that do not overlap, and the sum is below 2^248. */
  | {
      readonly op: "pack";
      readonly constant: number;
      readonly parts: readonly { readonly value: ValueId; readonly offset: number }[];
    }
  /** H(inputs), a field. */
  | { readonly op: "hash"; readonly inputs: readonly ValueId[] }
  | {
      readonly op: "send";
      readonly to: ValueId;
      /** Never another: what ties bundles together is not an application's to send. */
      readonly kind: SentKind;
      readonly asset: ValueId;
      readonly amount: ValueId;
      readonly recipient: ValueId;
      readonly payload: ValueId;
    };

/**
 * An operation and, where it stands inside `when(condition, ...)`, its guard: a boolean value. If the guard is false the operation has no effect and
 * cannot fail, and an `open` names no entry. A value made under a guard is used only under that guard or one nested in it (tracing sees to it), with one
 * exception: a nested guard is an unguarded `and` whose `a` is the outer guard and whose `b` may have been made under it; if `a` is false it is false
 * whatever `b` is. Constants, context values and parameters are never guarded.
 */
export type Instruction = Operation & { readonly guard?: ValueId; readonly location?: SourceLocation };

export type Parameter = { readonly name: string; readonly type: ScalarType };

export type Procedure = {
  readonly name: string;
  /** Flattened: a struct's fields are `name_field`. */
  readonly parameters: readonly Parameter[];
  readonly instructions: readonly Instruction[];
  readonly location?: SourceLocation;
};

/**
 * Runs when a message of `kind` (docs/protocol.md 4) is consumed. With a selector it runs only if the message packs a call with that selector and in
 * range (packedCall.ts), and its parameters are what is packed, integers and bools. Without one it has no parameters, and takes what no other takes.
 */
export type Handler = Procedure & { readonly kind: number; readonly selector?: number };

export type MapDefinition = {
  readonly name: string;
  /** Its position in `Program.maps`; 0 is the accounts map. */
  readonly id: number;
  /** Flattened key types; empty for a cell. */
  readonly keys: readonly ScalarType[];
  /** Flattened values of an entry. In map 0 the first is `nonce`, u32. */
  readonly fields: readonly Parameter[];
};

export type Program = {
  readonly name: string;
  readonly maps: readonly MapDefinition[];
  /** The method's number in a transaction is its position here. */
  readonly methods: readonly Procedure[];
  readonly handlers: readonly Handler[];
  /** Whether transactions pay fees: if not, their fee is 0. */
  readonly hasFee: boolean;
  /** V: the most values an entry of any map has. */
  readonly entryWidth: number;
  /** A: the most flattened parameters a method has, at least 1. */
  readonly argumentFields: number;
};
