import type { Edits } from "./edits.ts";
import { isComputed, type Node, partOf, partsOf, propertyName, withoutTypes, wordOf } from "./syntax.ts";

/** The name that a declaration binds a value to, or the names of the value's parts by key. */
export type LabelPattern = string | readonly (readonly [key: string, LabelPattern])[];

/** Other expressions yield no traced values, or are functions, which take their own names from the declaration. */
const MAY_BE_TRACED =
  /^((Optional)?(Call|Member)|Array|Object|Conditional|New|TaggedTemplate|Assignment)Expression$|^Identifier$/;

/** Tells the names that a value is bound to: `const total = a.add(b)`, `const { base, quote } = pool.get()`. */
export function labelBound(edits: Edits, target: Node, value: Node): void {
  if (!MAY_BE_TRACED.test(withoutTypes(value).type)) return;
  const pattern = patternOf(target);
  if (pattern === undefined || pattern.length === 0) return;
  edits.text.appendLeft(value.start, `${edits.prefix}bound(`);
  edits.text.prependRight(value.end, `, ${JSON.stringify(pattern)})`);
}

function patternOf(target: Node | undefined): LabelPattern | undefined {
  if (target === undefined) return undefined;
  if (target.type === "Identifier") return wordOf(target, "name");
  if (target.type === "AssignmentPattern") return patternOf(partOf(target, "left"));
  if (target.type === "ArrayPattern") return partsOf(target, "elements").flatMap((part, i) => entryOf(String(i), part));
  if (target.type !== "ObjectPattern") return undefined;
  return partsOf(target, "properties").flatMap((property) => {
    const key = property === undefined || isComputed(property) ? undefined : propertyName(property, "key");
    return key === undefined ? [] : entryOf(key, partOf(property!, "value"));
  });
}

function entryOf(key: string, part: Node | undefined): [string, LabelPattern][] {
  const pattern = patternOf(part);
  return pattern === undefined ? [] : [[key, pattern]];
}
