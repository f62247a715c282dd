import { tracedKind } from "./branches/registry.ts";
import { DefinitionError } from "./errors.ts";
import type { ValueId } from "./ir.ts";
import { callerLocation } from "./location.ts";
import { markTree } from "./markTree.ts";
import { refuseMore } from "./operands.ts";
import { currentTrace, emit, underGuard } from "./trace.ts";
import { aType, buildTree, isScalar, partsOf, type Tree, type Type } from "./types.ts";
import type { InputOf, ValueOf } from "./valueOf.ts";
import {
  type AddressValue,
  type BoolValue,
  describe,
  type EthereumAddressValue,
  FieldValue,
  isTracedValue,
  perform,
  readingOf,
  type ScalarValue,
  scalarId,
  scalarValue,
  typeError,
  type Uint,
  use,
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
  | FieldValue
  | BoolValue
  | AddressValue
  | EthereumAddressValue
  | readonly Selectable[]
  | { readonly [name: string]: Selectable };

/**
 * `a` if `condition` holds, otherwise `b`. Works on values, and part by part on structs and arrays. Both values are
 * computed, so an operation that may fail belongs into a `when`.
 */
export function select<T extends Selectable>(condition: BoolValue | boolean, a: T, b: NoInfer<T>): T;
export function select<T extends Selectable>(condition: BoolValue | boolean, a: bigint | number | boolean, b: T): T;
export function select<T extends Selectable>(condition: BoolValue | boolean, a: T, b: bigint | number | boolean): T;
export function select(condition: BoolValue | boolean, a: unknown, b: unknown, ...more: never[]): unknown {
  refuseMore("select", 3, more);
  const chosenBy = scalarId({ kind: "bool" }, condition);
  return markTree(selectParts(chosenBy, a, b), "the selected struct");
}

function selectParts(condition: ValueId, a: unknown, b: unknown): Tree<ScalarValue> {
  if (isTracedValue(a) || isTracedValue(b)) {
    const type = isTracedValue(a) ? a.type : (b as BoolValue).type;
    const operands = { a: scalarId(type, a), b: scalarId(type, b) };
    return scalarValue(type, perform({ op: "select", type, condition, ...operands }));
  }
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) {
    throw typeError(
      `select cannot choose between ${describe(a)} and ${describe(b)}.`,
      readingOf(a) ?? readingOf(b) ?? "Give two values of one type; make a value of a literal with `constant(u64, 5)`.",
    );
  }
  const names = Object.keys(a);
  const other = Object.keys(b);
  if (names.length !== other.length || names.some((name) => !other.includes(name))) {
    throw typeError(
      `select is given structs with different fields: ${names.join(", ")} and ${other.join(", ")}.`,
      "Give two values of one struct.",
    );
  }
  const chosen = names.map((name) => [name, selectParts(condition, a[name], b[name])] as const);
  return Array.isArray(a) ? chosen.map(([, value]) => value) : Object.fromEntries(chosen);
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

/**
 * Executes `body` only if `condition` holds: otherwise the reads, writes, sends and assertions in it have no effect and
 * can't fail. Values made in `body` can't be used outside. `.otherwise(...)` adds the body for the other case.
 */
export function when(
  condition: BoolValue | boolean,
  body: () => void,
  ...more: never[]
): { otherwise(body: () => void): void } {
  refuseMore("when", 2, more, "Write `when(condition, () => { ... }).otherwise(() => { ... })`.");
  const trace = currentTrace();
  const guard = scalarId({ kind: "bool" }, condition);
  const scope = trace.scope;
  underGuard(trace, guard, () => runBody(body));
  return {
    otherwise(otherwiseBody) {
      if (currentTrace() !== trace || trace.scope !== scope) {
        throw new DefinitionError({
          code: "language/scope",
          location: callerLocation(),
          problem: "`.otherwise` is called in another place than its `when`.",
          instead: "Write `when(condition, () => { ... }).otherwise(() => { ... })` in one statement.",
        });
      }
      underGuard(trace, perform({ op: "not", a: guard }), () => runBody(otherwiseBody));
    },
  };
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

/** Whether a value is a struct or an array. An entry of the state is neither: its value is read first. */
function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  return !["value", "entry", "map"].includes(tracedKind(value) ?? "struct");
}
