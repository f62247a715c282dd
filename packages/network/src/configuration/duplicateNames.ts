import { parse } from "@babel/parser";
import type { Mistake } from "./errors.ts";

type Node = { readonly type: string; readonly [part: string]: unknown };

/**
 * Names that an object of the file gives twice: JavaScript keeps the last one silently, so a layer would be lost.
 * Nothing is found in a text that is no TypeScript: loading it says what is wrong.
 */
export function duplicateNames(text: string): Mistake[] {
  let root: unknown;
  try {
    root = parse(text, { sourceType: "module", plugins: ["typescript"] });
  } catch {
    return [];
  }
  const mistakes: Mistake[] = [];
  visit(root, (node) => {
    if (node.type !== "ObjectExpression") return;
    const seen = new Set<string>();
    for (const property of node.properties as Node[]) {
      const name = nameOf(property);
      if (name === undefined) continue;
      if (seen.has(name)) {
        const { line } = (property.loc as { start: { line: number } }).start;
        mistakes.push({
          field: name,
          problem: `The name is given twice, the second time on line ${line}.`,
          write: "Give each a name of its own; a layer's name is unique in its network.",
        });
      }
      seen.add(name);
    }
  });
  return mistakes;
}

function nameOf({ computed, key }: Node): string | undefined {
  if (computed === true || key === undefined) return undefined;
  const { name, value } = key as { name?: unknown; value?: unknown };
  return typeof name === "string" ? name : typeof value === "string" ? value : undefined;
}

function visit(value: unknown, look: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, look);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  if (typeof (value as Node).type === "string") look(value as Node);
  for (const [name, part] of Object.entries(value)) if (name !== "loc" && typeof part === "object") visit(part, look);
}
