import type { DataMode, EntryFormat, MessageKind, SentKindName } from "@frond/protocol";

/**
 * The intermediate representation of an application: the output of tracing, and the input of the executor and the Noir
 * generator. A procedure is a straight line of instructions in single assignment form. The position of an instruction
 * names its value.
 */

export type IntegerBits = 8 | 16 | 32 | 64 | 128;

/** The type of one field element of the program. Structs are flattened before this stage. */
export type ScalarType =
  | { readonly kind: "integer"; readonly bits: IntegerBits }
  /** A value is the number itself; an element of the field that represents it is its two's complement. */
  | { readonly kind: "signed"; readonly bits: IntegerBits }
  /** A value is the position of the member. */
  | { readonly kind: "enumeration"; readonly members: readonly string[] }
  | { readonly kind: "field" }
  | { readonly kind: "bool" }
  | { readonly kind: "address" }
  | { readonly kind: "ethereumAddress" };

type UnsignedType = Extract<ScalarType, { readonly kind: "integer" }>;

/** The place of an instruction in the application's source. */
export type SourceLocation = { readonly file: string; readonly line: number; readonly column: number };

/** The position of the instruction that makes the value. */
export type ValueId = number;

/**
 * The fields of the handled message, and of the context that every procedure can read. `messageTime` is the time of the
 * message.
 */
export type ContextName =
  | "sender"
  /** The account that leaves by an exit. */
  | "account"
  /** The fee of the transaction, and the address that receives the fee. */
  | "fee"
  | "feeRecipient"
  | "layerId"
  | "time"
  | "epoch"
  | "from"
  | "messageTime"
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
  /**
   * Opens the entry of `map` at `keys`. The value is a handle. Two handles may name one entry; then a write through one
   * is visible through the other.
   */
  | { readonly op: "open"; readonly map: number; readonly keys: readonly ValueId[] }
  /** `field` is an index into the entry's values. In the accounts map, value 0 is the nonce. */
  | { readonly op: "read"; readonly type: ScalarType; readonly handle: ValueId; readonly field: number }
  | { readonly op: "write"; readonly handle: ValueId; readonly field: number; readonly value: ValueId }
  /**
   * Arithmetic on integers fails on overflow, underflow and division by zero; signed ones divide towards zero, and the
   * remainder has the sign of the dividend. On `field`, add, subtract and multiply are field operations.
   */
  | {
      readonly op: "add" | "subtract" | "multiply" | "divide" | "remainder";
      readonly type: ScalarType;
      readonly a: ValueId;
      readonly b: ValueId;
    }
  /**
   * a * b / c of integers of one type, rounded towards zero, with an exact product. Fails if c is zero or the result
   * does not fit the type.
   */
  | { readonly op: "mulDiv"; readonly type: ScalarType; readonly a: ValueId; readonly b: ValueId; readonly c: ValueId }
  | { readonly op: "equal"; readonly a: ValueId; readonly b: ValueId }
  /** Bit by bit, on unsigned integers. */
  | {
      readonly op: "bitAnd" | "bitOr" | "bitXor";
      readonly type: UnsignedType;
      readonly a: ValueId;
      readonly b: ValueId;
    }
  | { readonly op: "bitNot"; readonly type: UnsignedType; readonly a: ValueId }
  /** The bits move up by `by`, below the width of the type; those that leave it are lost. */
  | { readonly op: "shiftLeft"; readonly type: UnsignedType; readonly a: ValueId; readonly by: number }
  /** The distance from zero of a signed integer, as an unsigned one of as many bits. */
  | { readonly op: "abs"; readonly type: ScalarType; readonly value: ValueId }
  /** a < b of one type that has an order: integers, enumerations, fields. */
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
  /** Converts between types. Fails if the value does not fit. */
  | { readonly op: "convert"; readonly type: ScalarType; readonly value: ValueId }
  | { readonly op: "assert"; readonly condition: ValueId; readonly message: string }
  /**
   * Packs a call into one field: the sum of `constant` and of `value * 2^offset` for each part. Parts are integers and
   * bools that do not overlap, and the sum is below 2^248.
   */
  | {
      readonly op: "pack";
      readonly constant: number;
      readonly parts: readonly { readonly value: ValueId; readonly offset: number }[];
    }
  /** H(inputs), a field. */
  | { readonly op: "hash"; readonly inputs: readonly ValueId[] }
  /**
   * Sends a message. Fails if the message goes to L1 and its recipient has more than 160 bits, because such a recipient
   * is no Ethereum address.
   */
  | {
      readonly op: "send";
      readonly to: ValueId;
      /** An application can't send other kinds: the protocol reserves the links of bundles. */
      readonly kind: SentKind;
      readonly asset: ValueId;
      readonly amount: ValueId;
      readonly recipient: ValueId;
      readonly payload: ValueId;
    };

/**
 * An operation with the guard of the surrounding `when(condition, ...)`, a boolean value. If the guard is false, the
 * operation has no effect and can't fail, and an `open` names no entry. Tracing ensures that a value made under a guard
 * is used only under that guard or under a nested guard. There is one exception: a nested guard is an unguarded `and`
 * whose `a` is the outer guard and whose `b` may have been made under the outer guard. If `a` is false, the `and` is
 * false for any `b`. Constants, context values and parameters never have a guard.
 */
export type Instruction = Operation & {
  readonly guard?: ValueId;
  readonly location?: SourceLocation;
  /**
   * The name that the source gives the value; of a `pack`, the name of the call. Generated Noir takes it over. It does
   * not change what the program does.
   */
  readonly label?: string;
};

export type Parameter = { readonly name: string; readonly type: ScalarType };

/**
 * An event that a procedure emits when it has run to its end, unless the `guard` of the surrounding `when` is false. It
 * is no instruction: it can't fail and changes nothing, so circuits know nothing of it.
 */
export type Emission = {
  /** The position of the event in `Program.events`. */
  readonly event: number;
  /** The values of the event's flattened fields. */
  readonly values: readonly ValueId[];
  readonly guard?: ValueId;
};

/** A declared event with its flattened fields. */
export type EventDefinition = { readonly name: string; readonly fields: readonly Parameter[] };

export type Procedure = {
  readonly name: string;
  /** The flattened parameters: a struct's fields are named `name_field`. */
  readonly parameters: readonly Parameter[];
  readonly instructions: readonly Instruction[];
  /** The events, in the order of the source. */
  readonly emits?: readonly Emission[];
  /** The `fee` in front of a method's own instructions, which use no values of the fee but constants. */
  readonly feeSection?: { readonly instructions: number; readonly location?: SourceLocation };
  readonly location?: SourceLocation;
};

/**
 * Runs when a block consumes a message of `kind` (docs/protocol.md 4). A handler with a selector runs only for
 * messages that pack a call with that selector and with arguments in range (packedCall.ts); its parameters are the
 * packed integers and bools. A handler without a selector has no parameters, and handles the remaining messages of its
 * kind.
 */
export type Handler = Procedure & { readonly kind: number; readonly selector?: number };

/** A procedure that reads the state and returns `returned`, the values of the flattened `results`. */
export type View = Procedure & { readonly results: readonly Parameter[]; readonly returned: readonly ValueId[] };

export type MapDefinition = {
  readonly name: string;
  /** The position of the map in `Program.maps`; 0 is the accounts map. */
  readonly id: number;
  /** The flattened key types; empty for a cell. */
  readonly keys: readonly ScalarType[];
  /** The flattened values of an entry. In map 0, the first value is `nonce`, u32. */
  readonly fields: readonly Parameter[];
  /**
   * The name of a bool of its entries, if it says whether only the committee is given an entry's values. The bool is
   * not among `fields`: it is the last of the `entryWidth` values.
   */
  readonly committee?: string;
  /**
   * The name of a bool of its entries, if it says whether the committee alone is given an entry's values only while the
   * owner signs for them. Of map 0 only. The bool is not among `fields`: it is the last but one of the values.
   */
  readonly held?: string;
};

export type Program = {
  readonly name: string;
  readonly maps: readonly MapDefinition[];
  /** The position of a method is its number in transactions. */
  readonly methods: readonly Procedure[];
  readonly handlers: readonly Handler[];
  /**
   * The exits, which read the state and change nothing. A payout is a `send` of a withdrawal to nobody: whoever leaves
   * names the recipient. The position of an exit is its number in claims.
   */
  readonly exits: readonly Procedure[];
  /** The events, which nodes keep and nobody proves. */
  readonly events: readonly EventDefinition[];
  /** The views, which nodes and followers run, and nobody proves. */
  readonly views: readonly View[];
  /** Whether transactions pay fees. If not, every fee is 0. */
  readonly hasFee: boolean;
  /** V: the largest number of values in an entry of any map. */
  readonly entryWidth: number;
  /** Where the data of blocks goes, unless a deployment says otherwise. */
  readonly data: DataMode;
  /** The formats in which the entries of the maps are written as data, each once. */
  readonly formats: readonly EntryFormat[];
  /** A: the largest number of flattened parameters of a method, at least 1. */
  readonly argumentFields: number;
  /** The largest number of flattened parameters of an exit, at least 1. */
  readonly exitArguments: number;
};
