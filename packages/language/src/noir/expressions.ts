import { FIELD_MODULUS } from "@frond/foundation";
import { type Item, LIBRARY } from "./items.ts";

/** A Noir expression. Lowering decides by this data; `format.ts` makes the text. */
export type Expression =
  | { readonly kind: "number"; readonly value: bigint }
  | { readonly kind: "text"; readonly text: string }
  /** A variable, or a function of the module. */
  | { readonly kind: "name"; readonly name: string }
  /** What the module imports or declares. `path` follows its name: `::none`. */
  | { readonly kind: "item"; readonly item: Item; readonly path: string }
  | { readonly kind: "member"; readonly of: Expression; readonly member: string }
  | { readonly kind: "index"; readonly of: Expression; readonly index: Expression }
  | { readonly kind: "call"; readonly callee: Expression; readonly inputs: readonly Expression[] }
  | { readonly kind: "array" | "tuple"; readonly elements: readonly Expression[] }
  | { readonly kind: "record"; readonly type: Expression; readonly fields: readonly (readonly [string, Expression])[] }
  | { readonly kind: "sum"; readonly terms: readonly Term[] }
  | { readonly kind: "product"; readonly factors: readonly Expression[] }
  | { readonly kind: "equation"; readonly sides: readonly [Expression, Expression] };

type Term = { readonly isNegative: boolean; readonly expression: Expression };

export function number(value: bigint | number): Expression {
  return { kind: "number", value: ((BigInt(value) % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS };
}

export function name(name: string): Expression {
  return { kind: "name", name };
}

export function item(item: Item, path = ""): Expression {
  return { kind: "item", item, path };
}

/** An item of the circuit library. `path` follows its name. */
export function library(name: keyof typeof LIBRARY, path = ""): Expression {
  return item({ kind: "library", module: LIBRARY[name], name }, path);
}

/** `of.a.b` */
export function member(of: Expression, ...members: readonly string[]): Expression {
  return members.reduce<Expression>((inner, member) => ({ kind: "member", of: inner, member }), of);
}

/** `of[i][j]` */
export function at(of: Expression, ...indices: readonly (number | Expression)[]): Expression {
  return indices.reduce<Expression>((inner, index) => {
    return { kind: "index", of: inner, index: typeof index === "number" ? number(index) : index };
  }, of);
}

export function call(callee: Expression, ...inputs: readonly Expression[]): Expression {
  return { kind: "call", callee, inputs };
}

export function array(elements: readonly Expression[]): Expression {
  return { kind: "array", elements };
}

/** The sum, without zeros. A term that is subtracted does not come first, if there is another. */
export function sum(...expressions: readonly Expression[]): Expression {
  const terms = expressions.flatMap((expression) =>
    expression.kind === "sum" ? expression.terms : [{ isNegative: false, expression }],
  );
  return sumOf(terms);
}

export function difference(a: Expression, ...subtracted: readonly Expression[]): Expression {
  const first = a.kind === "sum" ? a.terms : [{ isNegative: false, expression: a }];
  return sumOf([...first, ...subtracted.map((expression) => ({ isNegative: true, expression }))]);
}

/** The product, without ones. */
export function product(...expressions: readonly Expression[]): Expression {
  if (expressions.some((factor) => isNumber(factor, 0n))) return number(0);
  const factors = expressions.filter((factor) => !isNumber(factor, 1n));
  return factors.length === 0 ? number(1) : factors.length === 1 ? factors[0]! : { kind: "product", factors };
}

/** The opposite of a condition, which is 0 or 1. */
export function not(condition: Expression): Expression {
  return difference(number(1), condition);
}

export function equation(a: Expression, b: Expression): Expression {
  return { kind: "equation", sides: [a, b] };
}

function sumOf(terms: readonly Term[]): Expression {
  const kept = terms.filter(({ expression }) => !isNumber(expression, 0n));
  const first = kept.findIndex(({ isNegative }) => !isNegative);
  if (kept.length === 0) return number(0);
  if (first < 0) return { kind: "sum", terms: [{ isNegative: false, expression: number(0) }, ...kept] };
  if (kept.length === 1) return kept[0]!.expression;
  return { kind: "sum", terms: [kept[first]!, ...kept.slice(0, first), ...kept.slice(first + 1)] };
}

function isNumber(expression: Expression, value: bigint): boolean {
  return expression.kind === "number" && expression.value === value;
}

/** The expressions that an expression consists of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "number":
    case "text":
    case "name":
    case "item":
      return [];
    case "member":
      return [expression.of];
    case "index":
      return [expression.of, expression.index];
    case "call":
      return [expression.callee, ...expression.inputs];
    case "array":
    case "tuple":
      return expression.elements;
    case "record":
      return [expression.type, ...expression.fields.map(([, value]) => value)];
    case "sum":
      return expression.terms.map((term) => term.expression);
    case "product":
      return expression.factors;
    case "equation":
      return expression.sides;
  }
}
