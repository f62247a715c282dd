import { type Expression, partsOf } from "./expressions.ts";
import type { Item } from "./items.ts";

export type Statement =
  | { readonly kind: "comment"; readonly text: string }
  /** `names` has more than one name for a tuple. */
  | { readonly kind: "let"; readonly isMutable: boolean; readonly names: readonly string[]; readonly value: Expression }
  | { readonly kind: "assign"; readonly target: Expression; readonly sign: "=" | "+="; readonly value: Expression }
  | { readonly kind: "do"; readonly value: Expression }
  /** The value of the function, at its end. */
  | { readonly kind: "result"; readonly value: Expression };

export type NoirFunction = {
  readonly comment: string;
  readonly isPublic: boolean;
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, type: string])[];
  readonly result: string;
  readonly body: readonly Statement[];
};

export function declare(name: string, value: Expression, isMutable = false): Statement {
  return { kind: "let", isMutable, names: [name], value };
}

export function assign(target: Expression, value: Expression, sign: "=" | "+=" = "="): Statement {
  return { kind: "assign", target, sign, value };
}

/** The items that the statements use, each once. */
export function itemsOf(statements: readonly Statement[]): Item[] {
  const items = new Map<string, Item>();
  for (const expression of expressionsOf(statements)) {
    if (expression.kind !== "item") continue;
    const { item } = expression;
    items.set(item.kind === "library" ? item.name : item.global.name, item);
  }
  return [...items.values()];
}

export function usesName(statements: readonly Statement[], name: string): boolean {
  return expressionsOf(statements).some((expression) => expression.kind === "name" && expression.name === name);
}

/** All expressions of the statements, the inner ones too. */
function expressionsOf(statements: readonly Statement[]): Expression[] {
  const all = statements.flatMap((statement) => {
    if (statement.kind === "comment") return [];
    return statement.kind === "assign" ? [statement.target, statement.value] : [statement.value];
  });
  // The list grows while it is read.
  for (const expression of all) all.push(...partsOf(expression));
  return all;
}
