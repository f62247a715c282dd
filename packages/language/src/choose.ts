import { tracedKind } from "./branches/registry.ts";
import type { ValueId } from "./ir.ts";
import { scalarId } from "./literals.ts";
import { describe, isTracedValue, perform, readingOf, typeError } from "./tracedValue.ts";
import type { Tree } from "./types.ts";
import { type BoolValue, type ScalarValue, scalarValue } from "./values.ts";

/**
 * `a` if `condition` holds, otherwise `b`; part by part on structs and arrays.
 * @throws {@link DefinitionError} when the values have different shapes or types
 */
export function choose(condition: ValueId, a: unknown, b: unknown): Tree<ScalarValue> {
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
  const chosen = names.map((name) => [name, choose(condition, a[name], b[name])] as const);
  return Array.isArray(a) ? chosen.map(([, value]) => value) : Object.fromEntries(chosen);
}

/** Whether a value is a struct or an array. An entry of the state is neither: its value is read first. */
export function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  return !["value", "entry", "map"].includes(tracedKind(value) ?? "struct");
}
