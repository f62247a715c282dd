import { choose } from "./choose.ts";
import type { ValueId } from "./ir.ts";
import { scalarId } from "./literals.ts";
import { currentTrace, emit } from "./trace.ts";
import { describe, isTracedValue, perform, type TracedValue, typeError, use } from "./tracedValue.ts";
import { aType, type Tree } from "./types.ts";
import type { ScalarValue } from "./values.ts";

/**
 * Checks an index that is known only when the method runs: the transaction fails unless it is below `length`. Returns
 * for each position whether it is the index.
 * @throws {@link DefinitionError} when the index is no unsigned integer
 */
export function positionsOf(index: TracedValue, length: number): ValueId[] {
  const { type } = index;
  if (type.kind !== "integer") {
    throw typeError(`An array is indexed by ${aType(type)}.`, "Give an unsigned integer: `list.at(index.to(u8))`.");
  }
  const a = use(index);
  const count = 1 << Math.min(type.bits, 16);
  if (count > length) {
    const condition = perform({ op: "lessThan", a, b: scalarId(type, length) });
    emit(currentTrace(), { op: "assert", condition, message: `the index is not below ${length}` });
  }
  return Array.from({ length }, (_, i) =>
    i < count ? perform({ op: "equal", a, b: scalarId(type, i) }) : scalarId({ kind: "bool" }, false),
  );
}

/**
 * A constant index of an array.
 * @throws {@link DefinitionError} when it is none
 */
export function requirePosition(index: unknown, { length }: { readonly length: number }): number {
  if (typeof index === "number" && Number.isInteger(index) && index >= 0 && index < length) return index;
  throw typeError(
    `An array of ${length} elements is indexed by ${describe(index)}.`,
    `Give a whole number from 0 to ${length - 1}, or an unsigned integer.`,
  );
}

/** A value of the type of an element. */
function like(element: Tree<ScalarValue>, value: unknown): Tree<ScalarValue> {
  return choose(scalarId({ kind: "bool" }, true), value, element);
}

/** The element at the position that is the index: see {@link positionsOf}. */
export function elementAt(elements: readonly Tree<ScalarValue>[], positions: readonly ValueId[]): Tree<ScalarValue> {
  return elements.slice(1).reduce((found, element, i) => choose(positions[i + 1]!, element, found), elements[0]!);
}

/** Lets an array of traced values take an index that is one: `list.at(index)`, `list.with(index, value)`. */
export function takeIndices(
  elements: Tree<ScalarValue>[],
  mark: (tree: Tree<ScalarValue>) => Tree<ScalarValue>,
): Tree<ScalarValue>[] {
  function at(index: unknown): Tree<ScalarValue> | undefined {
    if (!isTracedValue(index)) return Reflect.apply(Array.prototype.at, elements, [index]);
    return mark(elementAt(elements, positionsOf(index, elements.length)));
  }
  function replaced(index: unknown, value: unknown): Tree<ScalarValue> {
    if (!isTracedValue(index)) return mark(elements.with(requirePosition(index, elements), like(elements[0]!, value)));
    const positions = positionsOf(index, elements.length);
    return mark(elements.map((element, i) => choose(positions[i]!, value, element)));
  }
  Object.defineProperties(elements, { at: { value: at }, with: { value: replaced } });
  return elements;
}
