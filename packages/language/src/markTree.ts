import { markTraced } from "./branches/registry.ts";
import { takeIndices } from "./elements.ts";
import { refuseUnknownNames } from "./names.ts";
import { isTracedValue } from "./tracedValue.ts";
import type { Tree } from "./types.ts";
import type { ScalarValue } from "./values.ts";

/**
 * Marks the structs and arrays of a tree of traced values. The structs refuse names that they do not have, and neither
 * can be changed in place, which would change nothing in the state.
 */
export function markTree(tree: Tree<ScalarValue>, what: string): Tree<ScalarValue> {
  if (isTracedValue(tree)) return tree;
  if (Array.isArray(tree)) {
    const elements = tree.map((element: Tree<ScalarValue>) => markTree(element, what));
    return markTraced(Object.freeze(takeIndices(elements, (other) => markTree(other, what))), "array");
  }
  const parts = Object.entries(tree).map(([name, part]) => [name, markTree(part, `\`${name}\` of ${what}`)] as const);
  return markTraced(refuseUnknownNames(Object.fromEntries(parts), what), "struct");
}
