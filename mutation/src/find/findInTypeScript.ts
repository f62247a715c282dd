import ts from "typescript";
import type { Check } from "./mutant.ts";
import { oneLine } from "./oneLine.ts";

/** What in a TypeScript source refuses, besides `throw`, by name. */
export type Refusals = {
  /** Functions whose result says that something is refused: `return refuse(..)`. */
  readonly refusals?: readonly string[];
  /** Functions that say whether something may be: `isUint`. */
  readonly predicates?: readonly string[];
  /** Functions that give the source text of a check, for generated code. */
  readonly checkTexts?: readonly string[];
};

const DEMAND = /^(check|require|validate|verify|assert)([A-Z]|$)/;

/**
 * Finds the checks of a TypeScript source: conditions under which it only throws or returns a refusal, each operand of
 * `||` by itself; what predicates return, each operand of `&&` by itself; calls that only demand something; and the
 * text of checks in generated code.
 */
export function findInTypeScript(
  text: string,
  { refusals = [], predicates = [], checkTexts = [] }: Refusals = {},
): Check[] {
  const source = ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest, true);
  const checks: Check[] = [];

  function add(names: readonly string[], node: ts.Node, replacement: string): void {
    const edit = { start: node.getStart(source), end: node.end, replacement };
    checks.push({ within: names.join("."), text: oneLine(node.getText(source)), edit });
  }

  function addOperands(names: readonly string[], expression: ts.Expression, isRefusal: boolean): void {
    // What a predicate hands on is another function's answer, which has checks of its own.
    if (!isRefusal && ts.isCallExpression(expression)) return;
    const operator = isRefusal ? ts.SyntaxKind.BarBarToken : ts.SyntaxKind.AmpersandAmpersandToken;
    for (const operand of operandsOf(expression, operator)) add(names, operand, isRefusal ? "false" : "true");
  }

  function visit(node: ts.Node, outer: readonly string[]): void {
    const name = functionName(node);
    const names = name === undefined ? outer : [...outer, name];
    const isPredicate = predicates.includes(names.at(-1) ?? "");
    if (ts.isIfStatement(node) && isRefusal(node.thenStatement, refusals)) addOperands(names, node.expression, true);
    else if (isPredicate && ts.isReturnStatement(node) && node.expression) addOperands(names, node.expression, false);
    else if (isPredicate && ts.isArrowFunction(node) && !ts.isBlock(node.body)) addOperands(names, node.body, false);
    else if (ts.isExpressionStatement(node) && DEMAND.test(calledName(node.expression) ?? "")) add(names, node, ";");
    else if (ts.isCallExpression(node) && checkTexts.includes(calledName(node) ?? "")) add(names, node, '""');
    ts.forEachChild(node, (child) => visit(child, names));
  }

  visit(source, []);
  return checks;
}

/** The name of a function, also of one that is a variable's or property's value. */
function functionName(node: ts.Node): string | undefined {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText();
  const isNamed = ts.isVariableDeclaration(node.parent ?? node) || ts.isPropertyAssignment(node.parent ?? node);
  if (!ts.isArrowFunction(node) || !isNamed) return undefined;
  return (node.parent as ts.VariableDeclaration | ts.PropertyAssignment).name.getText();
}

function calledName(expression: ts.Expression): string | undefined {
  if (!ts.isCallExpression(expression)) return undefined;
  const called = expression.expression;
  if (ts.isIdentifier(called)) return called.text;
  return ts.isPropertyAccessExpression(called) ? called.name.text : undefined;
}

/** Whether a statement does nothing but throw, or return the result of one of the functions. */
function isRefusal(statement: ts.Statement, refusals: readonly string[]): boolean {
  if (ts.isBlock(statement)) return statement.statements.length === 1 && isRefusal(statement.statements[0]!, refusals);
  if (ts.isThrowStatement(statement)) return true;
  if (!ts.isReturnStatement(statement) || statement.expression === undefined) return false;
  return refusals.includes(calledName(statement.expression) ?? "");
}

function operandsOf(expression: ts.Expression, operator: ts.BinaryOperator): ts.Expression[] {
  if (!ts.isBinaryExpression(expression) || expression.operatorToken.kind !== operator) return [expression];
  return [...operandsOf(expression.left, operator), ...operandsOf(expression.right, operator)];
}
