import { choose, isContainer } from "./choose.ts";
import { DefinitionError } from "./errors.ts";
import type { ValueId } from "./ir.ts";
import { scalarId } from "./literals.ts";
import { callerLocation } from "./location.ts";
import { markTree } from "./markTree.ts";
import { refuseMore } from "./operands.ts";
import { currentTrace, emit, guardedScope, inScope, type Scope, type Trace } from "./trace.ts";
import { describe, isTracedValue, perform, readingOf, typeError, use } from "./tracedValue.ts";
import { aType, buildTree, isScalar, partsOf, type Tree, type Type } from "./types.ts";
import type { InputOf, ValueOf } from "./valueOf.ts";
import {
  type AddressValue,
  type BoolValue,
  type EnumerationValue,
  type EthereumAddressValue,
  FieldValue,
  type Int,
  type ScalarValue,
  scalarValue,
  type Uint,
} from "./values.ts";

/**
 * Makes the transaction fail with `message` unless `condition` holds. Inside a `when`, the check applies only if the
 * guard holds.
 */
export function assert(condition: BoolValue | boolean, message: string, ...more: never[]): void {
  refuseMore("assert", 2, more, "Write one assertion for each condition.");
  if (typeof message !== "string" || message === "") {
    throw typeError("An assertion has no message.", 'Write `assert(condition, "what is wrong")`.');
  }
  emit(currentTrace(), { op: "assert", condition: scalarId({ kind: "bool" }, condition), message });
}

/**
 * A literal as a value of `type`, where the type can't be inferred: `constant(u64, 5)`. Structs and arrays are passed
 * as they are.
 */
export function constant<const T extends Type>(type: T, literal: InputOf<T>, ...more: never[]): ValueOf<T> {
  refuseMore("constant", 2, more);
  return toValue(type, literal) as ValueOf<T>;
}

type Selectable =
  | Uint
  | Int
  | EnumerationValue
  | FieldValue
  | BoolValue
  | AddressValue
  | EthereumAddressValue
  | readonly Selectable[]
  | { readonly [name: string]: Selectable };

type Literal = bigint | number | boolean | string;

/**
 * `a` if `condition` holds, otherwise `b`. Works on values, and part by part on structs and arrays. Both values are
 * computed, so an operation that may fail belongs into a `when`.
 */
export function select<T extends Selectable>(condition: BoolValue | boolean, a: T, b: NoInfer<T>): T;
export function select<T extends Selectable>(condition: BoolValue | boolean, a: Literal, b: T): T;
export function select<T extends Selectable>(condition: BoolValue | boolean, a: T, b: Literal): T;
export function select(condition: BoolValue | boolean, a: unknown, b: unknown, ...more: never[]): unknown {
  refuseMore("select", 3, more);
  const chosenBy = scalarId({ kind: "bool" }, condition);
  return markTree(choose(chosenBy, a, b), "the selected struct");
}

/** The protocol's `H`: Poseidon2 of the inputs. Structs and arrays are flattened. */
export function hash(...inputs: readonly (Selectable | bigint)[]): FieldValue {
  const ids = inputs.flatMap(function flatten(input: unknown): ValueId[] {
    if (isTracedValue(input)) return [use(input)];
    if (typeof input === "bigint" || typeof input === "number") return [scalarId({ kind: "field" }, input)];
    if (isContainer(input)) return Object.values(input).flatMap(flatten);
    const instead = readingOf(input) ?? "Give traced values, structs of them, or bigints.";
    throw typeError(`hash is given ${describe(input)}.`, instead);
  });
  if (ids.length === 0) throw typeError("hash is given nothing.", "Give at least one value.");
  return new FieldValue(perform({ op: "hash", inputs: ids }));
}

/** What follows a `when`: bodies for the other cases. */
export type OtherCases = {
  /** Executes `body` if none of the conditions before holds and `condition` does, which is computed in any case. */
  elseWhen(condition: BoolValue | boolean, body: () => void): OtherCases;
  /** Executes `body` if none of the conditions before holds. */
  otherwise(body: () => void): void;
};

/**
 * Executes `body` only if `condition` holds: otherwise the reads, writes, sends and assertions in it have no effect and
 * can't fail. Values made in `body` can't be used outside. `.elseWhen(..)` and `.otherwise(..)` add the bodies for the
 * other cases.
 */
export function when(condition: BoolValue | boolean, body: () => void, ...more: never[]): OtherCases {
  refuseMore("when", 2, more, "Write `when(condition, () => { ... }).otherwise(() => { ... })`.");
  const trace = currentTrace();
  return runCase({ trace, outer: trace.scope, scope: trace.scope }, { condition, body });
}

/** Where the cases of a `when` are written, and the scope in which none of the conditions so far holds. */
type CasePlace = { readonly trace: Trace; readonly outer: Scope; readonly scope: Scope };

function runCase(
  place: CasePlace,
  { condition, body }: { readonly condition: BoolValue | boolean; readonly body: () => void },
): OtherCases {
  const { trace, outer, scope } = place;
  const guard = scalarId({ kind: "bool" }, condition);
  inScope(trace, scope, () => inScope(trace, guardedScope(trace, guard), () => runBody(body)));
  function otherCase(name: string): Scope {
    requirePlace(place, name);
    return inScope(trace, scope, () => guardedScope(trace, perform({ op: "not", a: guard })));
  }
  return {
    elseWhen(otherCondition, otherBody, ...more: never[]) {
      refuseMore("elseWhen", 2, more);
      const others = { trace, outer, scope: otherCase("elseWhen") };
      return runCase(others, { condition: otherCondition, body: otherBody });
    },
    otherwise(otherBody, ...more: never[]) {
      refuseMore("otherwise", 1, more);
      inScope(trace, otherCase("otherwise"), () => runBody(otherBody));
    },
  };
}

function requirePlace({ trace, outer }: CasePlace, name: string): void {
  if (currentTrace() === trace && trace.scope === outer) return;
  throw new DefinitionError({
    code: "language/scope",
    location: callerLocation(),
    problem: `\`.${name}\` is called in another place than its \`when\`.`,
    instead: "Write `when(condition, () => { ... }).otherwise(() => { ... })` in one statement.",
  });
}

function runBody(body: () => void): void {
  const result: unknown = body();
  if (result === undefined) return;
  throw new DefinitionError({
    code: "language/definition",
    location: callerLocation(),
    problem: "The body of this `when` returns something, but a `when` has no value.",
    instead: "Write to the state inside it, or choose a value with `select(condition, a, b)`.",
  });
}

/**
 * Converts `input`, which consists of values and literals, to values in the shape of `type`.
 * @throws {@link DefinitionError} when a part does not fit; the error names the part
 */
function toValue(type: Type, input: unknown): Tree<ScalarValue> {
  const ids = flattenInput(type, input);
  let next = 0;
  return markTree(
    buildTree(type, (scalar) => scalarValue(scalar, ids[next++]!)),
    aType(type),
  );
}

/** The instructions that make `input`, in the encoding order of `type`. */
export function flattenInput(type: Type, input: unknown, path = "value"): ValueId[] {
  if (isScalar(type)) return [scalarId(type, input)];
  if (isTracedValue(input) || !isContainer(input) || Array.isArray(input) !== (type.kind === "array")) {
    throw typeError(
      `${path} must be ${aType(type)}, but is ${isTracedValue(input) ? aType(input.type) : describe(input)}.`,
      readingOf(input) ?? "Give all of its parts.",
    );
  }
  const parts = partsOf(type);
  const names = parts.map(([name]) => name);
  const missing = names.find((name) => !Object.hasOwn(input, name));
  const extra = Object.keys(input).find((name) => !names.includes(name));
  if (missing !== undefined || extra !== undefined) {
    throw typeError(
      missing === undefined ? `${path} has no part \`${extra}\`.` : `${path} lacks its part \`${missing}\`.`,
      `Its parts are: ${names.join(", ")}.`,
    );
  }
  return parts.flatMap(([name, part]) => flattenInput(part, input[name], `${path}.${name}`));
}
