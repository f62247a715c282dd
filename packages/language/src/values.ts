import type { IntegerBits, ScalarType, ValueId } from "./ir.ts";
import { scalarId } from "./literals.ts";
import { takeExactly } from "./operands.ts";
import type { Scope } from "./trace.ts";
import { describe, perform, TracedValue, typeError, use } from "./tracedValue.ts";
import {
  type AddressType,
  type BoolType,
  type EnumerationType,
  type EthereumAddressType,
  type FieldType,
  type IntegerType,
  type SignedType,
  typeName,
} from "./types.ts";

/** A value that is compared for equality, with a value of its type or a literal `L`. */
abstract class ComparedValue<L> extends TracedValue {
  equals(other: this | L): BoolValue {
    return new BoolValue(perform({ op: "equal", a: use(this), b: scalarId(this.type, other) }));
  }
}

/** A value that has an order. */
abstract class OrderedValue<L> extends ComparedValue<L> {
  lessThan(other: this | L): BoolValue {
    return new BoolValue(perform({ op: "lessThan", a: use(this), b: scalarId(this.type, other) }));
  }
  greaterThan(other: this | L): BoolValue {
    return new BoolValue(perform({ op: "lessThan", a: scalarId(this.type, other), b: use(this) }));
  }
  atMost(other: this | L): BoolValue {
    return this.greaterThan(other).not();
  }
  atLeast(other: this | L): BoolValue {
    return this.lessThan(other).not();
  }
}

/** Arithmetic is checked: a result outside of the type and a division by zero make the transaction fail. */
abstract class IntegerValue extends OrderedValue<bigint | number> {
  add(other: this | bigint | number): this {
    return this.arithmetic("add", other);
  }
  subtract(other: this | bigint | number): this {
    return this.arithmetic("subtract", other);
  }
  multiply(other: this | bigint | number): this {
    return this.arithmetic("multiply", other);
  }
  /** Rounds towards zero. */
  divide(other: this | bigint | number): this {
    return this.arithmetic("divide", other);
  }
  /** What {@link divide} leaves: it has the sign of the dividend. */
  remainder(other: this | bigint | number): this {
    return this.arithmetic("remainder", other);
  }
  /** this * factor / divisor, rounded towards zero, with an exact product: only the result must fit. */
  mulDiv(factor: this | bigint | number, divisor: this | bigint | number): this {
    refuseZero(divisor);
    const b = scalarId(this.type, factor);
    const c = scalarId(this.type, divisor);
    return this.made(perform({ op: "mulDiv", type: this.type, a: use(this), b, c }));
  }

  private arithmetic(
    op: "add" | "subtract" | "multiply" | "divide" | "remainder",
    other: this | bigint | number,
  ): this {
    if (op === "divide" || op === "remainder") refuseZero(other);
    const b = scalarId(this.type, other);
    return this.made(perform({ op, type: this.type, a: use(this), b }));
  }
  /** The value of this type that instruction `id` makes. */
  protected made(id: ValueId): this {
    return scalarValue(this.type, id) as unknown as this;
  }
}

/** An unsigned integer of `B` bits. */
export class Uint<B extends IntegerBits = IntegerBits> extends IntegerValue {
  readonly type: IntegerType<B>;

  constructor(type: IntegerType<B>, id: ValueId, scope?: Scope) {
    super(id, scope);
    this.type = type;
  }

  bitAnd(other: this | bigint | number): this {
    return this.bitwise("bitAnd", other);
  }
  bitOr(other: this | bigint | number): this {
    return this.bitwise("bitOr", other);
  }
  bitXor(other: this | bigint | number): this {
    return this.bitwise("bitXor", other);
  }
  /** Every bit is the opposite one. */
  bitNot(): this {
    return this.made(perform({ op: "bitNot", type: this.type, a: use(this) }));
  }
  /** Moves the bits up by a constant number of places; those that leave the type are lost. */
  shiftLeft(by: bigint | number): this {
    const places = requireShift(this.type, by);
    return this.made(perform({ op: "shiftLeft", type: this.type, a: use(this), by: places }));
  }
  /** Moves the bits down by a constant number of places; those below the lowest one are lost. */
  shiftRight(by: bigint | number): this {
    return this.divide(1n << BigInt(requireShift(this.type, by)));
  }

  /** The same number in another type, or the member at this position. The transaction fails if it does not fit. */
  to<C extends IntegerBits>(type: IntegerType<C>): Uint<C>;
  to<C extends IntegerBits>(type: SignedType<C>): Int<C>;
  to(type: FieldType): FieldValue;
  to<const M extends readonly string[]>(type: EnumerationType<M>): EnumerationValue<M>;
  to(type: ScalarType): unknown {
    return convert(this, type, ["integer", "signed", "field", "enumeration"]);
  }

  private bitwise(op: "bitAnd" | "bitOr" | "bitXor", other: this | bigint | number): this {
    return this.made(perform({ op, type: this.type, a: use(this), b: scalarId(this.type, other) }));
  }
}

/** Refuses a shift that is no constant, or moves every bit out of the type. */
function requireShift(type: IntegerType, by: unknown): number {
  const places = typeof by === "bigint" ? Number(by) : by;
  if (typeof places === "number" && Number.isInteger(places) && places >= 0 && places < type.bits) return places;
  throw typeError(
    `A ${typeName(type)} is shifted by ${describe(by)}.`,
    `Give a whole number from 0 to ${type.bits - 1}; multiply or divide by a power of two that a method computes.`,
  );
}

/** A signed integer of `B` bits. */
export class Int<B extends IntegerBits = IntegerBits> extends IntegerValue {
  readonly type: SignedType<B>;

  constructor(type: SignedType<B>, id: ValueId, scope?: Scope) {
    super(id, scope);
    this.type = type;
  }

  /** The opposite number. The transaction fails if it does not fit, as that of the least number. */
  negate(): this {
    const zero = scalarId(this.type, 0);
    return this.made(perform({ op: "subtract", type: this.type, a: zero, b: use(this) }));
  }
  isNegative(): BoolValue {
    return this.lessThan(0);
  }
  /** The distance from zero, of as many bits. It fits for every number. */
  abs(): Uint<B> {
    const type: IntegerType<B> = { kind: "integer", bits: this.type.bits };
    return new Uint(type, perform({ op: "abs", type, value: use(this) }));
  }
  /** The same number in another type. The transaction fails if it does not fit; to a field, every number does. */
  to<C extends IntegerBits>(type: IntegerType<C>): Uint<C>;
  to<C extends IntegerBits>(type: SignedType<C>): Int<C>;
  to(type: FieldType): FieldValue;
  to(type: ScalarType): unknown {
    return convert(this, type, ["integer", "signed", "field"]);
  }
}

/** One of the members of an enumeration. Their order is that of their declaration. */
export class EnumerationValue<M extends readonly string[] = readonly string[]> extends OrderedValue<M[number]> {
  readonly type: EnumerationType<M>;

  constructor(type: EnumerationType<M>, id: ValueId, scope?: Scope) {
    super(id, scope);
    this.type = type;
  }

  /** The position of the member, from 0 on. The transaction fails if it does not fit. */
  to<B extends IntegerBits>(type: IntegerType<B>): Uint<B>;
  to(type: FieldType): FieldValue;
  to(type: ScalarType): unknown {
    return convert(this, type, ["integer", "field"]);
  }
}

/** Refuses a divisor that makes every call fail. */
function refuseZero(divisor: unknown): void {
  if (divisor !== 0 && divisor !== 0n) return;
  throw typeError("A value is divided by zero, and so every call would fail.", "Divide by another number.");
}

/** An element of the field. Arithmetic wraps around the modulus and never fails; there is no division. */
export class FieldValue extends OrderedValue<FieldLike> {
  readonly type: FieldType = { kind: "field" };

  add(other: FieldLike): FieldValue {
    return this.arithmetic("add", other);
  }
  subtract(other: FieldLike): FieldValue {
    return this.arithmetic("subtract", other);
  }
  multiply(other: FieldLike): FieldValue {
    return this.arithmetic("multiply", other);
  }
  /** Converts to an integer or an Ethereum address, which fails if the value does not fit, or to an address. */
  to<B extends IntegerBits>(type: IntegerType<B>): Uint<B>;
  to<B extends IntegerBits>(type: SignedType<B>): Int<B>;
  to(type: AddressType): AddressValue;
  to(type: EthereumAddressType): EthereumAddressValue;
  to(type: ScalarType): unknown {
    return convert(this, type, ["integer", "signed", "address", "ethereumAddress"]);
  }

  private arithmetic(op: "add" | "subtract" | "multiply", other: FieldLike): FieldValue {
    const b = scalarId(this.type, other);
    return new FieldValue(perform({ op, type: this.type, a: use(this), b }));
  }
}

export class BoolValue extends ComparedValue<boolean> {
  readonly type: BoolType = { kind: "bool" };

  /** Computes both sides: there is no short circuit. */
  and(other: BoolValue | boolean): BoolValue {
    return new BoolValue(perform({ op: "and", a: use(this), b: scalarId(this.type, other) }));
  }
  or(other: BoolValue | boolean): BoolValue {
    return new BoolValue(perform({ op: "or", a: use(this), b: scalarId(this.type, other) }));
  }
  not(): BoolValue {
    return new BoolValue(perform({ op: "not", a: use(this) }));
  }
  /** 1 or 0. */
  to<B extends IntegerBits>(type: IntegerType<B>): Uint<B>;
  to<B extends IntegerBits>(type: SignedType<B>): Int<B>;
  to(type: FieldType): FieldValue;
  to(type: ScalarType): unknown {
    return convert(this, type, ["integer", "signed", "field"]);
  }
}

/** An account of a layer. */
export class AddressValue extends ComparedValue<bigint> {
  readonly type: AddressType = { kind: "address" };

  to(type: FieldType): FieldValue {
    return convert(this, type, ["field"]) as FieldValue;
  }
}

/** An account on L1. */
export class EthereumAddressValue extends ComparedValue<bigint> {
  readonly type: EthereumAddressType = { kind: "ethereumAddress" };

  to(type: FieldType): FieldValue {
    return convert(this, type, ["field"]) as FieldValue;
  }
}

[ComparedValue, OrderedValue, IntegerValue].forEach(takeExactly);
[Uint, Int, EnumerationValue, FieldValue, BoolValue, AddressValue, EthereumAddressValue].forEach(takeExactly);

export type ScalarValue = Uint | Int | EnumerationValue | FieldValue | BoolValue | AddressValue | EthereumAddressValue;

/** What is accepted where a field is expected. */
export type FieldLike = FieldValue | AddressValue | EthereumAddressValue | bigint | number;

/** The traced value of `type` that instruction `id` makes. */
export function scalarValue(type: ScalarType, id: ValueId, scope?: Scope): ScalarValue {
  switch (type.kind) {
    case "integer":
      return new Uint(type, id, scope);
    case "signed":
      return new Int(type, id, scope);
    case "enumeration":
      return new EnumerationValue(type, id, scope);
    case "field":
      return new FieldValue(id, scope);
    case "bool":
      return new BoolValue(id, scope);
    case "address":
      return new AddressValue(id, scope);
    case "ethereumAddress":
      return new EthereumAddressValue(id, scope);
  }
}

const KIND_NAMES: Partial<Record<ScalarType["kind"], string>> = {
  integer: "u8, u16, u32, u64, u128",
  signed: "i8, i16, i32, i64, i128",
  enumeration: "an enumeration",
};

function convert(value: TracedValue, type: ScalarType, allowed: readonly ScalarType["kind"][]): ScalarValue {
  if (!allowed.includes(type?.kind)) {
    throw typeError(
      `${typeName(value.type)} cannot be converted to ${type?.kind === undefined ? describe(type) : typeName(type)}.`,
      `The value can be converted to: ${allowed.map((kind) => KIND_NAMES[kind] ?? kind).join(", ")}.`,
    );
  }
  return scalarValue(type, perform({ op: "convert", type, value: use(value) }));
}
