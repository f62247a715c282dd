import type { Expression } from "./expressions.ts";
import type { NoirFunction, Statement } from "./statements.ts";

/** The library is formatted for the same width. */
const WIDTH = 120;
const INDENT = 4;

/** The text of a function, formatted like the circuit library. */
export function formatFunction({ comment, isPublic, name, parameters, result, body }: NoirFunction): string {
  const start = `${isPublic ? "pub " : ""}fn ${name}`;
  const inputs = parameters.map(([input, type]) => `${input}: ${type}`);
  const flat = `${start}(${inputs.join(", ")}) -> ${result} {`;
  const head =
    flat.length <= WIDTH ? flat : `${start}(\n${inputs.map((input) => `    ${input},\n`).join("")}) -> ${result} {`;
  return [...formatComment("///", comment), head, ...body.map(formatStatement), "}"].join("\n");
}

/** A comment in as many lines as its words need. A word that is longer than a line is divided. */
function formatComment(mark: string, text: string): string[] {
  const [first, ...words] = text.split(" ").flatMap((word) => word.match(LONGEST_WORDS) ?? [""]);
  const lines = [`${mark} ${first}`];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(`${mark}     ${word}`);
  }
  return lines;
}

const LONGEST_WORDS = /.{1,100}/gu;

function formatStatement(statement: Statement): string {
  const pad = " ".repeat(INDENT);
  switch (statement.kind) {
    case "comment":
      return formatComment(`${pad}//`, statement.text).join("\n");
    case "let": {
      const names = statement.names.length === 1 ? statement.names[0] : `(${statement.names.join(", ")})`;
      return line(`${pad}let ${statement.isMutable ? "mut " : ""}${names} = `, statement.value, ";");
    }
    case "assign":
      return line(`${pad}${format(statement.target, INDENT, 0)} ${statement.sign} `, statement.value, ";");
    case "do":
      return line(pad, statement.value, ";");
    case "result":
      return line(pad, statement.value, "");
  }
}

function line(start: string, value: Expression, end: string): string {
  return `${start}${format(value, INDENT, start.length, end.length)}${end}`;
}

/**
 * The text of an expression that begins at column `column`, in a line with `indent`, with `after` further characters
 * behind. It takes several lines if it does not fit one.
 */
function format(expression: Expression, indent: number, column: number, after = 0): string {
  const flat = flatten(expression);
  if (column + flat.length + after <= WIDTH) return flat;
  return broken(expression, indent, column, after);
}

function broken(expression: Expression, indent: number, column: number, after: number): string {
  switch (expression.kind) {
    case "member":
      return `${operand(expression.of, ATOM, { indent, column })}.${expression.member}`;
    case "call":
      return `${format(expression.callee, indent, column)}${list("()", expression.inputs, indent)}`;
    case "array":
      return list("[]", expression.elements, indent);
    case "tuple":
      return list("()", expression.elements, indent);
    case "record": {
      const inner = indent + INDENT;
      const fields = expression.fields.map(([name, value]) => {
        const start = `${" ".repeat(inner)}${isNamed(name, value) ? "" : `${name}: `}`;
        return `${start}${format(value, inner, start.length, 1)},\n`;
      });
      return `${flatten(expression.type)} {\n${fields.join("")}${" ".repeat(indent)}}`;
    }
    case "sum":
      return chain(expression.terms.map(({ isNegative, expression: term }) => [isNegative ? "-" : "+", term] as const));
    case "product":
      return chain(expression.factors.map((factor) => ["*", factor] as const));
    case "equation":
      return chain(expression.sides.map((side) => ["==", side] as const));
    default:
      return flatten(expression);
  }

  /** One operand a line. */
  function chain(operands: readonly (readonly [sign: string, Expression])[]): string {
    const inner = indent + INDENT;
    return operands
      .map(([sign, part], i) => {
        const level = levelWithin(expression, sign);
        if (i === 0) return operand(part, level, { indent, column });
        const start = `${" ".repeat(inner)}${sign} `;
        const last = i === operands.length - 1 ? after : 0;
        return `\n${start}${operand(part, level, { indent: inner, column: start.length, after: last })}`;
      })
      .join("");
  }
}

/** One element a line. */
function list([open, close]: string, elements: readonly Expression[], indent: number): string {
  if (elements.length === 0) return `${open}${close}`;
  const inner = indent + INDENT;
  const lines = elements.map((element) => `${" ".repeat(inner)}${format(element, inner, inner, 1)},\n`);
  return `${open}\n${lines.join("")}${" ".repeat(indent)}${close}`;
}

/** An operand of at least `level`, in parentheses if need be. */
function operand(
  expression: Expression,
  level: number,
  { indent, column, after = 0 }: { readonly indent: number; readonly column: number; readonly after?: number },
): string {
  if (levelOf(expression) >= level) return format(expression, indent, column, after);
  const flat = `(${flatten(expression)})`;
  if (column + flat.length + after <= WIDTH) return flat;
  const inner = indent + INDENT;
  return `(\n${" ".repeat(inner)}${format(expression, inner, inner)}\n${" ".repeat(indent)})`;
}

/** Whether a field of a record has the name of its value, which Noir writes once. */
function isNamed(field: string, value: Expression): boolean {
  return value.kind === "name" && value.name === field;
}

const [EQUATION, SUM, PRODUCT, ATOM] = [0, 1, 2, 3];

/** How tightly an expression holds together. */
function levelOf({ kind }: Expression): number {
  return kind === "equation" ? EQUATION! : kind === "sum" ? SUM! : kind === "product" ? PRODUCT! : ATOM!;
}

/** The level that an operand needs beside a sign. */
function levelWithin({ kind }: Expression, sign: string): number {
  return kind === "equation" || sign === "+" ? SUM! : PRODUCT!;
}

function flatten(expression: Expression): string {
  const within = (part: Expression, level: number) => (levelOf(part) >= level ? flatten(part) : `(${flatten(part)})`);
  switch (expression.kind) {
    case "number":
      return expression.value < 1n << 32n ? expression.value.toString() : `0x${expression.value.toString(16)}`;
    case "text":
      return JSON.stringify(expression.text);
    case "name":
      return expression.name;
    case "item": {
      const { item, path } = expression;
      return `${item.kind === "library" ? item.name : item.global.name}${path}`;
    }
    case "member":
      return `${within(expression.of, ATOM!)}.${expression.member}`;
    case "index":
      return `${within(expression.of, ATOM!)}[${flatten(expression.index)}]`;
    case "call":
      return `${within(expression.callee, ATOM!)}(${expression.inputs.map(flatten).join(", ")})`;
    case "array":
      return `[${expression.elements.map(flatten).join(", ")}]`;
    case "tuple":
      return `(${expression.elements.map(flatten).join(", ")})`;
    case "record": {
      const fields = expression.fields.map(([name, value]) => {
        return isNamed(name, value) ? name : `${name}: ${flatten(value)}`;
      });
      return `${flatten(expression.type)} { ${fields.join(", ")} }`;
    }
    case "sum":
      return expression.terms
        .map(({ isNegative, expression: term }, i) => {
          const sign = i === 0 ? "" : isNegative ? " - " : " + ";
          return `${sign}${within(term, isNegative ? PRODUCT! : SUM!)}`;
        })
        .join("");
    case "product":
      return expression.factors.map((factor) => within(factor, PRODUCT!)).join(" * ");
    case "equation":
      return expression.sides.map((side) => within(side, SUM!)).join(" == ");
  }
}
