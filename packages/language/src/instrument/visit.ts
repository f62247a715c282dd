import { type Edits, type Hook, wrap } from "./edits.ts";
import { labelBound } from "./labels.ts";
import type { SiteText } from "./sites.ts";
import { suggestion } from "./suggestions.ts";
import {
  childrenOf,
  isComputed,
  isFunction,
  type Node,
  partOf,
  partsOf,
  textOf,
  withoutTypes,
  wordOf,
} from "./syntax.ts";
import {
  requireUsed,
  visitAsserting,
  visitAsync,
  visitCall,
  visitDeclarator,
  visitFunction,
  visitLogicalAssignment,
  visitMoment,
  visitTry,
  visitTypeof,
} from "./visitStatement.ts";

const EXPRESSIONS_WITH_TYPES =
  /^TS(AsExpression|NonNullExpression|SatisfiesExpression|TypeAssertion|InstantiationExpression|ExportAssignment|ModuleDeclaration|ModuleBlock|ParameterProperty)$/;

/** Instruments a node and all below it. Types contain no values, and the initial values of enums stay constant. */
export function visit(edits: Edits, node: Node, parent?: Node): void {
  if (node.type.startsWith("TS") && !EXPRESSIONS_WITH_TYPES.test(node.type)) return;
  if (isFunction(node)) visitFunction(edits, node, parent);
  visitors[node.type]?.(edits, node, parent);
  const key = isComputed(node) ? (partOf(node, "property") ?? partOf(node, "key")) : undefined;
  if (key !== undefined) check(edits, key, "any", ["key", textOf(edits.source, node)]);
  for (const child of childrenOf(node)) visit(edits, child, node);
}

const visitors: { readonly [type: string]: (edits: Edits, node: Node, parent: Node | undefined) => void } = {
  IfStatement: (edits, node) => visitTest(edits, node, (test, hint) => ["if", test, hint]),
  WhileStatement: (edits, node) => visitTest(edits, node, (test, hint) => ["loop", test, hint]),
  DoWhileStatement: (edits, node) => visitTest(edits, node, (test, hint) => ["loop", test, hint]),
  ForStatement: (edits, node) => visitTest(edits, node, (test, hint) => ["loop", test, hint]),
  ConditionalExpression: (edits, node) => {
    const [consequent, alternate] = ["consequent", "alternate"].map((name) => shortText(edits, node, name));
    visitTest(edits, node, (test, hint) => ["?:", test, hint, consequent!, alternate!]);
  },
  SwitchStatement: (edits, node) => {
    const value = partOf(node, "discriminant")!;
    check(edits, value, "any", ["switch", textOf(edits.source, value)]);
  },
  SwitchCase: (edits, node) => {
    const value = partOf(node, "test");
    if (value !== undefined) check(edits, value, "any", ["case", textOf(edits.source, value)]);
  },
  LogicalExpression: (edits, node) => {
    const left = partOf(node, "left")!;
    const operator = wordOf(node, "operator") as "&&";
    check(edits, left, "any", [operator, textOf(edits.source, left), suggestion(edits.source, node)]);
  },
  UnaryExpression: (edits, node) => {
    const argument = partOf(node, "argument")!;
    const operator = wordOf(node, "operator")!;
    if (operator === "typeof") visitTypeof(edits, node);
    if (["!", "-", "+", "~"].includes(operator)) check(edits, argument, "any", operatorSite(edits, node));
  },
  BinaryExpression: (edits, node) => {
    const operator = wordOf(node, "operator")!;
    const [left, right] = [partOf(node, "left")!, partOf(node, "right")!];
    if (left.type !== "PrivateName") check(edits, left, "any", operatorSite(edits, node));
    const takesObject = operator === "in" || operator === "instanceof";
    check(edits, right, takesObject ? "scalar" : "any", operatorSite(edits, node));
  },
  AssignmentExpression: (edits, node) => {
    const [left, right] = [partOf(node, "left")!, partOf(node, "right")!];
    if (/^(&&|\|\||\?\?)=$/.test(wordOf(node, "operator")!)) visitLogicalAssignment(edits, node);
    else if (wordOf(node, "operator") !== "=") check(edits, right, "any", operatorSite(edits, node));
    else labelBound(edits, left, right);
  },
  OptionalMemberExpression: (edits, node) => {
    if ((node as { optional?: boolean }).optional !== true) return;
    const object = partOf(node, "object")!;
    check(edits, object, "any", ["?.", textOf(edits.source, object), textOf(edits.source, node).replace("?.", ".")]);
  },
  TemplateLiteral: (edits, node, parent) => {
    // A tag is called with the values as they are.
    if (parent?.type === "TaggedTemplateExpression") return;
    for (const part of partsOf(node, "expressions")) {
      if (part !== undefined) check(edits, part, "any", ["template", textOf(edits.source, node)]);
    }
  },
  ForInStatement: (edits, node) => {
    const object = partOf(node, "right")!;
    check(edits, object, "scalar", ["for in", textOf(edits.source, object)]);
  },
  ExpressionStatement: (edits, node) => requireUsed(edits, partOf(node, "expression")!),
  MemberExpression: visitMoment,
  CallExpression: (edits, node, parent) => {
    visitMoment(edits, node, parent);
    visitCall(edits, node);
    visitAsserting(edits, node);
  },
  OptionalCallExpression: visitCall,
  NewExpression: (edits, node, parent) => {
    visitMoment(edits, node, parent);
    visitCall(edits, node);
  },
  ClassMethod: visitAsync,
  ClassPrivateMethod: visitAsync,
  VariableDeclarator: visitDeclarator,
  TryStatement: visitTry,
};

function visitTest(edits: Edits, node: Node, site: (test: string, suggestion: string) => SiteText): void {
  const test = partOf(node, "test");
  if (test !== undefined) checkTest(edits, test, site);
}

/** Checks an expression whose truth decides. Of `a && b` and `a ? b : c` it checks what may be the result. */
function checkTest(edits: Edits, node: Node, site: (test: string, suggestion: string) => SiteText): void {
  const test = withoutTypes(node);
  const results = { LogicalExpression: ["right"], ConditionalExpression: ["consequent", "alternate"] }[test.type];
  for (const name of results ?? []) checkTest(edits, partOf(test, name)!, site);
  if (results === undefined) {
    check(edits, test, "any", site(textOf(edits.source, test), suggestion(edits.source, test)));
  }
}

/** Checks a value that decides, unless its text alone says that it is an ordinary one. */
function check(edits: Edits, node: Node, hook: Hook, site: SiteText): void {
  const value = withoutTypes(node);
  if (/^(String|Numeric|BigInt|Boolean|Null|RegExp|Template)Literal$/.test(value.type)) return;
  if (/^(Update|Unary|Binary|Function|ArrowFunction)Expression$/.test(value.type)) return;
  wrap(edits, node, hook, site);
}

function operatorSite({ source }: Edits, node: Node): SiteText {
  return ["operator", wordOf(node, "operator")!, textOf(source, node), suggestion(source, node)];
}

function shortText({ source }: Edits, node: Node, name: string): string {
  return textOf(source, partOf(node, name)!, 40);
}
