import { type Node, partOf, type Source, textOf, withoutTypes, wordOf } from "./syntax.ts";

/** The method that replaces each JavaScript operator; `!` marks the negation of the method. */
const METHODS: Readonly<Record<string, string>> = {
  "===": "equals",
  "==": "equals",
  "!==": "!equals",
  "!=": "!equals",
  "<": "lessThan",
  "<=": "atMost",
  ">": "greaterThan",
  ">=": "atLeast",
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "remainder",
  "&": "bitAnd",
  "|": "bitOr",
  "^": "bitXor",
  "<<": "shiftLeft",
  ">>": "shiftRight",
  "&&": "and",
  "||": "or",
};

/** The methods that replace operators of one operand. */
const OPPOSITES: Readonly<Record<string, string>> = { "!": "not", "-": "negate", "~": "bitNot" };

/** Rewrites an expression with the methods of traced values: `a < b && !c` becomes `a.lessThan(b).and(c.not())`. */
export function suggestion(source: Source, expression: Node): string {
  const node = withoutTypes(expression);
  const operator = wordOf(node, "operator")?.replace(/^([-+*/%])=$/, "$1");
  const opposite = node.type === "UnaryExpression" ? OPPOSITES[operator!] : undefined;
  if (opposite !== undefined) return `${suggestion(source, partOf(node, "argument")!)}.${opposite}()`;
  const method = operator === undefined ? undefined : METHODS[operator];
  const left = partOf(node, "left");
  const right = partOf(node, "right");
  if (method === undefined || left === undefined || right === undefined) return textOf(source, node);
  // A literal has no methods, so the sides of `0 < a` are exchanged.
  if (/Literal$/.test(left.type) && !/Literal$/.test(right.type)) {
    const turned = TURNED[operator!];
    if (turned !== undefined) return `${suggestion(source, right)}.${turned}(${textOf(source, left)})`;
  }
  const call = `${suggestion(source, left)}.${method.replace("!", "")}(${suggestion(source, right)})`;
  return method.startsWith("!") ? `${call}.not()` : call;
}

const TURNED: Readonly<Record<string, string>> = {
  "===": "equals",
  "==": "equals",
  "<": "greaterThan",
  "<=": "atLeast",
  ">": "lessThan",
  ">=": "atMost",
  "+": "add",
  "*": "multiply",
  "&": "bitAnd",
  "|": "bitOr",
  "^": "bitXor",
};
