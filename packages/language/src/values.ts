import { TRACED_NAMES, USE_METHODS } from "./branches/describeSite.ts";
import { markTraced, tracedKind } from "./branches/registry.ts";
import { DefinitionError } from "./errors.ts";
import type { IntegerBits, Operation, ScalarType, ValueId } from "./ir.ts";
import { callerLocation } from "./location.ts";
import { unknownName } from "./names.ts";
import { takeExactly } from "./operands.ts";
import { scalarBits, scalarLimit } from "./scalarBits.ts";
import {
  activeTrace,
  currentTrace,
  emit,
  emitConstant,
  labelInstruction,
  requireUsable,
  type Scope,
  type Trace,
} from "./trace.ts";
import {
  type AddressType,
  aType,
  type BoolType,
  type EthereumAddressType,
  type FieldType,
  type IntegerType,
  typeName,
} from "./types.ts";

export const ORIGIN = Symbol("origin");

/**
 * A value that is known only when the method runs. During tracing, variables hold these objects, and every operation on
 * them is recorded. JavaScript operators and conversions can't be recorded, so they throw.
 */
abstract class TracedValue {
  /** Where the value comes from. Under a name, `order.id` would be a number that an author takes for a part. */
  readonly [ORIGIN]: { readonly trace: Trace; readonly scope: Scope; readonly id: ValueId };
  abstract readonly type: ScalarType;

  /**
   * `scope` limits the use of the value; by default the present scope. A value of the whole procedure has the outermost
   * scope.
   */
  constructor(id: ValueId, scope: Scope = currentTrace().scope) {
    this[ORIGIN] = { trace: currentTrace(), scope, id };
    markTraced(this, "value");
  }

  [Symbol.toPrimitive](hint: string): never {
    return refuseOperator(
      hint === "string"
        ? "A traced value is turned into a string"
        : "An operator of JavaScript is used on a traced value",
    );
  }

  toJSON(): never {
    return refuseOperator("A traced value is turned into JSON");
  }
  toString(): never {
    return refuseOperator("A traced value is turned into a string");
  }
  toLocaleString(): never {
    return refuseOperator("A traced value is turned into a string");
  }
  valueOf(): never {
    return refuseOperator("The plain value of a traced value is read");
  }
}

/** What other languages and libraries call the methods of values. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ...{ plus: "add", sum: "add", minus: "subtract", sub: "subtract", times: "multiply", mul: "multiply" },
  ...{ div: "divide", dividedBy: "divide", mod: "remainder", modulo: "remainder", rem: "remainder" },
  ...{ eq: "equals", equal: "equals", isEqual: "equals", lt: "lessThan", gt: "greaterThan", isZero: "equals" },
  ...{ lte: "atMost", le: "atMost", lessThanOrEqual: "atMost", gte: "atLeast", ge: "atLeast" },
  ...{ greaterThanOrEqual: "atLeast", negate: "not", cast: "to", as: "to", toField: "to" },
};

/**
 * Reading a name that a traced value does not have comes to the end of its chain of prototypes, which refuses it: most
 * such names are methods that are misspelt. Node and test runners look for names of theirs when nothing is traced.
 */
Object.setPrototypeOf(
  TracedValue.prototype,
  new Proxy(Object.create(null), {
    get(_target, name, value: TracedValue) {
      if (name === "hasOwnProperty") return Object.prototype.hasOwnProperty;
      if (typeof name === "symbol" || name === "then" || activeTrace() === undefined) return undefined;
      const what = `${aType(value.type)}, a value that is known only when the method runs`;
      throw unknownName(name, methodsOf(value), what, OTHER_NAMES[name]);
    },
  }),
);

function methodsOf(value: TracedValue): string[] {
  const own = Object.getOwnPropertyNames(Object.getPrototypeOf(value));
  return own.filter((name) => !["constructor", "arithmetic"].includes(name));
}

function refuseOperator(what: string): never {
  throw new DefinitionError({
    code: "language/operator",
    location: callerLocation(),
    problem: `${what}, but it has no value while the application is traced.`,
    instead: USE_METHODS,
  });
}

/**
 * An unsigned integer of `B` bits. Arithmetic is checked: overflow, underflow and division by zero make the transaction
 * fail.
 */
export class Uint<B extends IntegerBits = IntegerBits> extends TracedValue {
  readonly type: IntegerType<B>;

  constructor(type: IntegerType<B>, id: ValueId, scope?: Scope) {
    super(id, scope);
    this.type = type;
  }

  add(other: Uint<B> | bigint | number): Uint<B> {
    return this.arithmetic("add", other);
  }
  subtract(other: Uint<B> | bigint | number): Uint<B> {
    return this.arithmetic("subtract", other);
  }
  multiply(other: Uint<B> | bigint | number): Uint<B> {
    return this.arithmetic("multiply", other);
  }
  /** Rounds down. */
  divide(other: Uint<B> | bigint | number): Uint<B> {
    return this.arithmetic("divide", other);
  }
  remainder(other: Uint<B> | bigint | number): Uint<B> {
    return this.arithmetic("remainder", other);
  }
  /** floor(this * factor / divisor) with an exact product: only the result must fit. */
  mulDiv(factor: Uint<B> | bigint | number, divisor: Uint<B> | bigint | number): Uint<B> {
    refuseZero(divisor);
    const b = scalarId(this.type, factor);
    const c = scalarId(this.type, divisor);
    return new Uint(this.type, perform({ op: "mulDiv", type: this.type, a: use(this), b, c }));
  }
  equals(other: Uint<B> | bigint | number): BoolValue {
    return new BoolValue(perform({ op: "equal", a: use(this), b: scalarId(this.type, other) }));
  }
  lessThan(other: Uint<B> | bigint | number): BoolValue {
    return new BoolValue(perform({ op: "lessThan", a: use(this), b: scalarId(this.type, other) }));
  }
  greaterThan(other: Uint<B> | bigint | number): BoolValue {
    return new BoolValue(perform({ op: "lessThan", a: scalarId(this.type, other), b: use(this) }));
  }
  atMost(other: Uint<B> | bigint | number): BoolValue {
    return this.greaterThan(other).not();
  }
  atLeast(other: Uint<B> | bigint | number): BoolValue {
    return this.lessThan(other).not();
  }
  /** The same number in another type. The transaction fails if the number does not fit. */
  to<C extends IntegerBits>(type: IntegerType<C>): Uint<C>;
  to(type: FieldType): FieldValue;
  to(type: ScalarType): Uint | FieldValue {
    return convert(this, type, ["integer", "field"]) as Uint | FieldValue;
  }

  private arithmetic(
    op: "add" | "subtract" | "multiply" | "divide" | "remainder",
    other: Uint<B> | bigint | number,
  ): Uint<B> {
    if (op === "divide" || op === "remainder") refuseZero(other);
    const b = scalarId(this.type, other);
    return new Uint(this.type, perform({ op, type: this.type, a: use(this), b }));
  }
}

/** Refuses a divisor that makes every call fail. */
function refuseZero(divisor: unknown): void {
  if (divisor !== 0 && divisor !== 0n) return;
  throw typeError("A value is divided by zero, and so every call would fail.", "Divide by another number.");
}

/**
 * An element of the field. Arithmetic wraps around the modulus and never fails. There is neither an order nor a
 * division.
 */
export class FieldValue extends TracedValue {
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
  equals(other: FieldLike): BoolValue {
    return new BoolValue(perform({ op: "equal", a: use(this), b: scalarId(this.type, other) }));
  }
  /** Converts to an integer or an Ethereum address, which fails if the value does not fit, or to an address. */
  to<B extends IntegerBits>(type: IntegerType<B>): Uint<B>;
  to(type: AddressType): AddressValue;
  to(type: EthereumAddressType): EthereumAddressValue;
  to(type: ScalarType): Uint | AddressValue | EthereumAddressValue {
    return convert(this, type, ["integer", "address", "ethereumAddress"]) as Uint | AddressValue | EthereumAddressValue;
  }

  private arithmetic(op: "add" | "subtract" | "multiply", other: FieldLike): FieldValue {
    const b = scalarId(this.type, other);
    return new FieldValue(perform({ op, type: this.type, a: use(this), b }));
  }
}

export class BoolValue extends TracedValue {
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
  equals(other: BoolValue | boolean): BoolValue {
    return new BoolValue(perform({ op: "equal", a: use(this), b: scalarId(this.type, other) }));
  }
  /** 1 or 0. */
  to<B extends IntegerBits>(type: IntegerType<B>): Uint<B>;
  to(type: FieldType): FieldValue;
  to(type: ScalarType): Uint | FieldValue {
    return convert(this, type, ["integer", "field"]) as Uint | FieldValue;
  }
}

/** An account of a layer. */
export class AddressValue extends TracedValue {
  readonly type: AddressType = { kind: "address" };

  equals(other: AddressValue | bigint): BoolValue {
    return new BoolValue(perform({ op: "equal", a: use(this), b: scalarId(this.type, other) }));
  }
  to(type: FieldType): FieldValue {
    return convert(this, type, ["field"]) as FieldValue;
  }
}

/** An account on L1. */
export class EthereumAddressValue extends TracedValue {
  readonly type: EthereumAddressType = { kind: "ethereumAddress" };

  equals(other: EthereumAddressValue | bigint): BoolValue {
    return new BoolValue(perform({ op: "equal", a: use(this), b: scalarId(this.type, other) }));
  }
  to(type: FieldType): FieldValue {
    return convert(this, type, ["field"]) as FieldValue;
  }
}

[Uint, FieldValue, BoolValue, AddressValue, EthereumAddressValue].forEach(takeExactly);

export type ScalarValue = Uint | FieldValue | BoolValue | AddressValue | EthereumAddressValue;

/** What is accepted where a field is expected. */
export type FieldLike = FieldValue | AddressValue | EthereumAddressValue | bigint | number;

export function isTracedValue(value: unknown): value is ScalarValue {
  return value instanceof TracedValue;
}

/** The traced value of `type` that instruction `id` makes. */
export function scalarValue(type: ScalarType, id: ValueId, scope?: Scope): ScalarValue {
  switch (type.kind) {
    case "integer":
      return new Uint(type, id, scope);
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

/**
 * The instruction that makes `input`, a value or a literal, as a value of `type`.
 * @throws {@link DefinitionError} when `input` does not have that type
 */
export function scalarId(type: ScalarType, input: unknown): ValueId {
  if (isTracedValue(input)) {
    if (!fits(input.type, type)) {
      throw typeError(`Expected ${aType(type)}, got ${aType(input.type)}.`, conversionOf(input.type, type));
    }
    return use(input);
  }
  return emitConstant(currentTrace(), type, literalToField(type, input));
}

function conversionOf(actual: ScalarType, expected: ScalarType): string {
  const kinds = [actual.kind, expected.kind];
  if (kinds.includes("address") && kinds.includes("ethereumAddress")) {
    return "Accounts of layers and accounts on L1 are different: take the other one as an argument of its own.";
  }
  return `Convert it with \`.to(${typeName(expected)})\`, or give a value of the right type.`;
}

/**
 * The field element that represents a literal.
 * @throws {@link DefinitionError} when the literal does not fit the type
 */
function literalToField(type: ScalarType, literal: unknown): bigint {
  if (type.kind === "bool") {
    if (typeof literal === "boolean") return literal ? 1n : 0n;
    throw typeError(
      `Expected a bool, got ${describe(literal)}.`,
      readingOf(literal) ?? "Give true, false or a traced bool.",
    );
  }
  const isNumber = typeof literal === "bigint" || (typeof literal === "number" && Number.isSafeInteger(literal));
  if (!isNumber) {
    const instead =
      typeof literal === "number"
        ? "Give a whole number; above 2^53 write it as a bigint, with an n at its end."
        : (readingOf(literal) ?? "Give a traced value, or a literal such as 5n.");
    throw typeError(`Expected ${aType(type)}, got ${describe(literal)}.`, instead);
  }
  const value = BigInt(literal);
  if (value >= 0n && value < scalarLimit(type)) return value;
  const bits = scalarBits(type);
  throw typeError(
    `${value} is not ${aType(type)}.`,
    `Give a number from 0 to ${bits === undefined ? "the field's modulus" : `2^${bits}`} - 1, ` +
      "or choose another type.",
  );
}

/** Checks that a value may be used in the present scope. Returns its id. */
export function use(value: ScalarValue): ValueId {
  requireUsable(value[ORIGIN], "value");
  return value[ORIGIN].id;
}

/** Records an operation that makes a value, with the value's label if there is one. Returns the value's id. */
export function perform(operation: Operation, label?: string): ValueId {
  const trace = currentTrace();
  const id = emit(trace, operation);
  if (label !== undefined) labelInstruction({ trace, id }, label);
  return id;
}

export function typeError(problem: string, instead: string): DefinitionError {
  return new DefinitionError({ code: "language/type", location: callerLocation(), problem, instead });
}

/** How a value is read of what was given instead of a value. */
export function readingOf(given: unknown): string | undefined {
  const kind = tracedKind(given);
  if (kind === "entry") return "Read its value with `.get()`.";
  if (kind === "map") return "Open an entry with `.at(key)`, and read its value with `.get()`.";
  if (kind === "struct" || kind === "array") return "Give one of its parts.";
  return typeof given === "function" ? "Call the function, and give what it returns." : undefined;
}

export function describe(value: unknown): string {
  const kind = tracedKind(value);
  if (kind !== undefined && kind !== "value") return TRACED_NAMES[kind];
  if (value === null || value === undefined || typeof value === "boolean") return String(value);
  if (typeof value === "bigint" || typeof value === "number") return `the number ${value}`;
  if (typeof value === "string") return `the string ${JSON.stringify(value)}`;
  if (Array.isArray(value)) return "an array";
  return typeof value === "function" ? "a function" : "an object";
}

/** An address of either sort is accepted where a field is expected. The reverse needs an explicit conversion. */
function fits(actual: ScalarType, expected: ScalarType): boolean {
  if (actual.kind === "integer" && expected.kind === "integer") return actual.bits === expected.bits;
  const isAddress = actual.kind === "address" || actual.kind === "ethereumAddress";
  return actual.kind === expected.kind || (isAddress && expected.kind === "field");
}

function typesOf(kind: ScalarType["kind"]): string {
  return kind === "integer" ? "u8, u16, u32, u64, u128" : kind;
}

function convert(value: ScalarValue, type: ScalarType, allowed: readonly ScalarType["kind"][]): ScalarValue {
  if (!allowed.includes(type?.kind)) {
    throw typeError(
      `${typeName(value.type)} cannot be converted to ${type?.kind === undefined ? describe(type) : typeName(type)}.`,
      `The value can be converted to: ${allowed.map(typesOf).join(", ")}.`,
    );
  }
  return scalarValue(type, perform({ op: "convert", type, value: use(value) }));
}
