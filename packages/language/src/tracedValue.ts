import { TRACED_NAMES, USE_METHODS } from "./branches/describeSite.ts";
import { markTraced, tracedKind } from "./branches/registry.ts";
import { DefinitionError } from "./errors.ts";
import type { Operation, ScalarType, ValueId } from "./ir.ts";
import { callerLocation } from "./location.ts";
import { unknownName } from "./names.ts";
import { activeTrace, currentTrace, emit, labelInstruction, requireUsable, type Scope, type Trace } from "./trace.ts";
import { aType } from "./types.ts";

export const ORIGIN = Symbol("origin");

/**
 * A value that is known only when the method runs. During tracing, variables hold these objects, and every operation on
 * them is recorded. JavaScript operators and conversions can't be recorded, so they throw.
 */
export abstract class TracedValue {
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
  ...{ greaterThanOrEqual: "atLeast", negate: "not", neg: "negate", cast: "to", as: "to", toField: "to" },
  ...{ and: "bitAnd", or: "bitOr", xor: "bitXor", not: "bitNot", shl: "shiftLeft", shr: "shiftRight" },
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

/** The methods of a value's class, and of the classes between that and {@link TracedValue}. */
function methodsOf(value: object): string[] {
  const prototype: object = Object.getPrototypeOf(value);
  if (prototype === TracedValue.prototype) return [];
  const own = Object.getOwnPropertyNames(prototype).filter(
    (name) => !["constructor", "arithmetic", "bitwise", "made"].includes(name),
  );
  return [...methodsOf(prototype), ...own];
}

function refuseOperator(what: string): never {
  throw new DefinitionError({
    code: "language/operator",
    location: callerLocation(),
    problem: `${what}, but it has no value while the application is traced.`,
    instead: USE_METHODS,
  });
}

export function isTracedValue(value: unknown): value is TracedValue {
  return value instanceof TracedValue;
}

/** Checks that a value may be used in the present scope. Returns its id. */
export function use(value: TracedValue): ValueId {
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
