import { type Analysis, addReturn, addTaint, functionNamed, lookup, report, type Scope, scopeOf } from "./analysis.ts";
import type { Found } from "./findFunction.ts";
import {
  callbackFinding,
  conditionalFinding,
  type Described,
  type Finding,
  ifFinding,
  logicalFinding,
  loopFinding,
  operatorFinding,
  switchFinding,
  templateFinding,
} from "./findings.ts";
import { suggestion } from "./suggestions.ts";
import {
  childrenOf,
  isComputed,
  isFunction,
  type Node,
  partOf,
  partsOf,
  propertyName,
  textOf,
  withoutTypes,
  wordOf,
} from "./syntax.ts";
import { isAnyTraced, join, joinAll, partTaint, type Taint } from "./taint.ts";

const MAX_PASSES = 20;
/** The functions of the language whose results are always traced. */
const TRACED_RESULTS = ["constant", "select", "hash"];
const PLAIN_METHODS = ["includes", "indexOf", "findIndex", "some", "every", "keys", "join"];
const SAME_METHODS = ["filter", "slice", "concat", "reverse", "values", "flat", "toReversed", "toSpliced", "with"];
/** The array methods that branch on the results of their callbacks. */
const DECIDING_METHODS = ["filter", "some", "every", "find", "findIndex", "findLast"];

/**
 * Follows traced values from a function's parameters through the function's variables and through the application's own
 * functions that it calls. Returns the places where JavaScript branches or computes on a traced value. Taints only
 * grow, so the analysis repeats until a pass changes nothing.
 */
export function analyseFunction({ source, node }: Found): Finding[] {
  const analysis: Analysis = {
    source,
    scopes: new Map(),
    returns: new Map(),
    active: new Set(),
    findings: new Map(),
    changed: true,
  };
  for (let pass = 0; pass < MAX_PASSES && analysis.changed; pass++) {
    analysis.changed = false;
    analysis.findings = new Map();
    callFunction(
      analysis,
      node,
      partsOf(node, "params").map(() => true),
      undefined,
    );
  }
  return [...analysis.findings.values()].sort((a, b) => a.node.start - b.node.start);
}

/**
 * Evaluates the body of a function with these arguments, joined with the arguments of other calls. Returns the taint of
 * the result.
 */
function callFunction(analysis: Analysis, node: Node, args: readonly Taint[], outer: Scope | undefined): Taint {
  const scope = scopeOf(analysis, node, outer);
  partsOf(node, "params").forEach((param, i) => {
    if (param !== undefined) bind(analysis, scope, param, args[i] ?? false);
  });
  const body = partOf(node, "body");
  if (body !== undefined && !analysis.active.has(node)) {
    analysis.active.add(node);
    const value = evaluate(analysis, scope, body, node);
    if (body.type !== "BlockStatement") addReturn(analysis, node, value);
    analysis.active.delete(node);
  }
  return analysis.returns.get(node) ?? false;
}

/** Declares the names of a pattern in `scope`. */
function bind(analysis: Analysis, scope: Scope, pattern: Node, taint: Taint): void {
  if (pattern.type === "Identifier") addTaint(analysis, scope, wordOf(pattern, "name")!, taint);
  if (pattern.type === "RestElement") bind(analysis, scope, partOf(pattern, "argument")!, taint);
  if (pattern.type === "AssignmentPattern") {
    const fallback = evaluate(analysis, scope, partOf(pattern, "right")!, pattern);
    bind(analysis, scope, partOf(pattern, "left")!, join(taint, fallback));
  }
  if (pattern.type === "ObjectPattern") {
    for (const property of partsOf(pattern, "properties")) {
      if (property?.type === "RestElement") bind(analysis, scope, property, taint);
      else if (property !== undefined) {
        bind(analysis, scope, partOf(property, "value")!, partTaint(taint, propertyName(property, "key")));
      }
    }
  }
  if (pattern.type === "ArrayPattern") {
    partsOf(pattern, "elements").forEach((element, i) => {
      if (element !== undefined) bind(analysis, scope, element, partTaint(taint, String(i)));
    });
  }
}

/** Evaluates a node, and returns the taint of an expression. `owner` is the function that a `return` belongs to. */
function evaluate(analysis: Analysis, scope: Scope, expression: Node, owner: Node): Taint {
  const node = withoutTypes(expression);
  function part(name: string): Taint {
    const child = partOf(node, name);
    return child === undefined ? false : evaluate(analysis, scope, child, owner);
  }
  const parts = (name: string): Taint[] =>
    partsOf(node, name).map((child) => (child === undefined ? false : evaluate(analysis, scope, child, owner)));
  switch (node.type) {
    case "Identifier": {
      const name = wordOf(node, "name")!;
      return lookup(scope, name)?.names.get(name) ?? false;
    }
    case "MemberExpression":
    case "OptionalMemberExpression": {
      const object = part("object");
      if (isComputed(node)) part("property");
      const name = propertyName(node, "property");
      return name === "length" ? false : partTaint(object, name);
    }
    case "CallExpression":
    case "OptionalCallExpression":
    case "NewExpression":
      return evaluateCall(analysis, scope, node, owner);
    case "ObjectExpression":
      return evaluateObject(analysis, scope, node, owner);
    case "ArrayExpression": {
      const elements = partsOf(node, "elements");
      if (elements.some((element) => element?.type === "SpreadElement"))
        return { "*": joinAll(parts("elements").map((taint) => partTaint(taint, undefined))) };
      return Object.fromEntries(parts("elements").map((taint, i) => [String(i), taint]));
    }
    case "SpreadElement":
      return part("argument");
    case "UnaryExpression":
      return evaluateUnary(analysis, node, part("argument"));
    case "BinaryExpression":
      return evaluateBinary(analysis, node, part("left"), part("right"));
    case "LogicalExpression": {
      const left = part("left");
      if (left === true && wordOf(node, "operator") !== "??")
        report(analysis, node, logicalFinding(analysis.source, node));
      return join(left, part("right"));
    }
    case "ConditionalExpression": {
      const { source } = analysis;
      decide(analysis, scope, partOf(node, "test")!, owner, (test) => conditionalFinding(source, node, test));
      return join(part("consequent"), part("alternate"));
    }
    case "TemplateLiteral":
      if (parts("expressions").some((taint) => taint === true)) {
        report(analysis, node, templateFinding(analysis.source, node));
      }
      return false;
    case "AssignmentExpression":
      return evaluateAssignment(analysis, scope, node, part("right"));
    case "UpdateExpression":
      if (part("argument") === true)
        report(
          analysis,
          node,
          operatorFinding(analysis.source, node, `${textOf(analysis.source, partOf(node, "argument")!)}.add(1)`),
        );
      return false;
    case "SequenceExpression":
      return parts("expressions").at(-1) ?? false;
    case "AwaitExpression":
      return part("argument");
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      callFunction(analysis, node, [], scope);
      return false;
    default:
      evaluateStatement(analysis, scope, node, owner);
      return false;
  }
}

function evaluateObject(analysis: Analysis, scope: Scope, node: Node, owner: Node): Taint {
  const made: Record<string, Taint> = {};
  for (const property of partsOf(node, "properties")) {
    if (property === undefined) continue;
    if (property.type === "SpreadElement") {
      const spread = evaluate(analysis, scope, partOf(property, "argument")!, owner);
      if (spread === true) made["*"] = true;
      else if (spread !== false) Object.assign(made, spread);
    } else if (isFunction(property)) callFunction(analysis, property, [], scope);
    else made[propertyName(property, "key") ?? "*"] = evaluate(analysis, scope, partOf(property, "value")!, owner);
  }
  return made;
}

function evaluateStatement(analysis: Analysis, scope: Scope, node: Node, owner: Node): void {
  const { source } = analysis;
  const inner = /^(BlockStatement|For(In|Of)?Statement|SwitchStatement)$/.test(node.type)
    ? scopeOf(analysis, node, scope)
    : scope;
  function walk(...names: readonly string[]) {
    for (const name of names) {
      for (const child of [partOf(node, name), ...partsOf(node, name)]) {
        if (child !== undefined) evaluate(analysis, inner, child, owner);
      }
    }
  }
  switch (node.type) {
    case "VariableDeclarator": {
      const init = partOf(node, "init");
      const name = wordOf(partOf(node, "id"), "name");
      if (isFunction(init) && name !== undefined) scope.functions.set(name, init);
      bind(analysis, scope, partOf(node, "id")!, init === undefined ? false : evaluate(analysis, scope, init, owner));
      return;
    }
    case "FunctionDeclaration": {
      const name = wordOf(partOf(node, "id"), "name");
      if (name !== undefined) {
        scope.functions.set(name, node);
        addTaint(analysis, scope, name, false);
      }
      callFunction(analysis, node, [], scope);
      return;
    }
    case "ReturnStatement": {
      const argument = partOf(node, "argument");
      if (argument !== undefined) addReturn(analysis, owner, evaluate(analysis, scope, argument, owner));
      return;
    }
    case "IfStatement":
      decide(analysis, scope, partOf(node, "test")!, owner, (test) => ifFinding(source, test));
      walk("consequent", "alternate");
      return;
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement": {
      walk("init");
      const test = partOf(node, "test");
      if (test !== undefined) decide(analysis, inner, test, owner, () => loopFinding(source, test));
      walk("update", "body");
      return;
    }
    case "ForOfStatement":
    case "ForInStatement": {
      const taint = evaluate(analysis, scope, partOf(node, "right")!, owner);
      const element = node.type === "ForInStatement" ? false : partTaint(taint, undefined);
      const left = partOf(node, "left")!;
      const target = left.type === "VariableDeclaration" ? partOf(partsOf(left, "declarations")[0]!, "id")! : left;
      bind(analysis, inner, target, element);
      walk("body");
      return;
    }
    case "SwitchStatement":
      if (evaluate(analysis, scope, partOf(node, "discriminant")!, owner) === true) {
        report(analysis, node, switchFinding(source, node));
      }
      walk("cases");
      return;
    default:
      // Types contain no values.
      if (node.type.startsWith("TS")) return;
      for (const child of childrenOf(node)) evaluate(analysis, inner, child, owner);
  }
}

function evaluateCall(analysis: Analysis, scope: Scope, node: Node, owner: Node): Taint {
  const callee = withoutTypes(partOf(node, "callee")!);
  const isMember = /MemberExpression$/.test(callee.type);
  const object = isMember ? evaluate(analysis, scope, partOf(callee, "object")!, owner) : false;
  const method = isMember ? propertyName(callee, "property") : undefined;
  const elements = partTaint(object, undefined);
  const argNodes = partsOf(node, "arguments");
  const results: Taint[] = [];
  const args = argNodes.map((argument): Taint => {
    if (argument === undefined) return false;
    const callback = withoutTypes(argument);
    if (!isFunction(callback)) return evaluate(analysis, scope, argument, owner);
    const params: Taint[] = method === "reduce" ? [true, elements] : [elements];
    const result = callFunction(analysis, callback, isMember ? params : [], scope);
    results.push(result);
    if (method !== undefined && DECIDING_METHODS.includes(method) && result === true) {
      report(analysis, callback, callbackFinding(analysis.source, callback, method));
    }
    return false;
  });
  if (isMember) return methodResult(analysis, scope, { callee, method, object, args, results });
  const name = wordOf(callee, "name") ?? calledName(callee);
  if (name !== undefined && lookup(scope, name) === undefined && TRACED_RESULTS.includes(name)) return true;
  const known = name === undefined ? undefined : functionNamed(analysis, scope, name);
  if (known !== undefined) {
    const { source } = analysis;
    analysis.source = known.source;
    const result = callFunction(analysis, known.node, args, known.scope);
    analysis.source = source;
    return result;
  }
  return evaluate(analysis, scope, callee, owner) === true || args.some(isAnyTraced);
}

function methodResult(
  analysis: Analysis,
  scope: Scope,
  call: {
    readonly callee: Node;
    readonly method: string | undefined;
    readonly object: Taint;
    readonly args: readonly Taint[];
    readonly results: readonly Taint[];
  },
): Taint {
  const { callee, method, object, args, results } = call;
  const target = withoutTypes(partOf(callee, "object")!);
  const elements = partTaint(object, undefined);
  if (wordOf(target, "name") === "Object" && args[0] !== undefined) {
    const values = partTaint(args[0], undefined);
    if (method === "keys") return false;
    if (method === "entries") return { "*": { "0": false, "1": values } };
    if (method === "values") return { "*": values };
  }
  if (method === "entries") return { "*": { "0": false, "1": elements } };
  if (method === "map" || method === "flatMap") return { "*": joinAll(results) };
  if (method === "reduce") return join(elements, joinAll([...results, args[1] ?? false]));
  if (
    ["push", "unshift", "fill", "set", "add"].includes(method ?? "") &&
    args.some(isAnyTraced) &&
    target.type === "Identifier"
  ) {
    const name = wordOf(target, "name")!;
    const declared = lookup(scope, name);
    if (declared !== undefined) addTaint(analysis, declared, name, { "*": joinAll(args) });
  }
  if (object === true) return !PLAIN_METHODS.includes(method ?? "");
  if (SAME_METHODS.includes(method ?? "")) return join(object, joinAll(args));
  if (["find", "at", "pop", "shift", "get"].includes(method ?? "")) return elements;
  if (PLAIN_METHODS.includes(method ?? "")) return false;
  // Covers `lib.select(..)`, and the form that compilers give to an imported name.
  if (method !== undefined && TRACED_RESULTS.includes(method)) return true;
  return args.some(isAnyTraced);
}

/** Compilers write the call of an imported function as `(0, imported.name)(..)`. */
function calledName(callee: Node): string | undefined {
  const last = callee.type === "SequenceExpression" ? partsOf(callee, "expressions").at(-1) : undefined;
  return last === undefined ? undefined : (wordOf(last, "name") ?? propertyName(last, "property"));
}

function evaluateAssignment(analysis: Analysis, scope: Scope, node: Node, right: Taint): Taint {
  const left = partOf(node, "left")!;
  const operator = wordOf(node, "operator")!;
  if (operator !== "=" && operator !== "??=") {
    const before = evaluate(analysis, scope, left, node);
    if (before === true || right === true) {
      report(
        analysis,
        node,
        operatorFinding(
          analysis.source,
          node,
          `${textOf(analysis.source, left)} = ${suggestion(analysis.source, node)}`,
        ),
      );
    }
    return join(before, right);
  }
  if (left.type === "Identifier") {
    const declared = lookup(scope, wordOf(left, "name")!);
    if (declared !== undefined) addTaint(analysis, declared, wordOf(left, "name")!, right);
  } else if (left.type === "MemberExpression") {
    const root = withoutTypes(partOf(left, "object")!);
    const declared = root.type === "Identifier" ? lookup(scope, wordOf(root, "name")!) : undefined;
    if (declared !== undefined && isAnyTraced(right)) {
      addTaint(analysis, declared, wordOf(root, "name")!, { [propertyName(left, "property") ?? "*"]: right });
    }
  }
  return right;
}

function evaluateUnary(analysis: Analysis, node: Node, argument: Taint): Taint {
  const operator = wordOf(node, "operator")!;
  if (argument !== true || operator === "typeof" || operator === "void" || operator === "delete") return false;
  const written =
    operator === "!" ? suggestion(analysis.source, node) : "the methods of the value, such as `.subtract(b)`";
  report(analysis, node, operatorFinding(analysis.source, node, written));
  return false;
}

function evaluateBinary(analysis: Analysis, node: Node, left: Taint, right: Taint): Taint {
  if (!isRefused(node, left, right)) return false;
  report(analysis, node, operatorFinding(analysis.source, node, suggestion(analysis.source, node)));
  return false;
}

/** A comparison with null or undefined depends on the program, not on the value. */
function isRefused(node: Node, left: Taint, right: Taint): boolean {
  if (left !== true && right !== true) return false;
  if (["in", "instanceof"].includes(wordOf(node, "operator")!)) return false;
  const sides = [partOf(node, "left"), partOf(node, "right")];
  return !sides.some((side) => side?.type === "NullLiteral" || wordOf(side, "name") === "undefined");
}

/** Reports a condition that depends on a traced value, as a single finding for the whole condition. */
function decide(analysis: Analysis, scope: Scope, test: Node, owner: Node, describe: (test: Node) => Described): void {
  const before = analysis.findings;
  analysis.findings = new Map();
  const taint = evaluate(analysis, scope, test, owner);
  const within = [...analysis.findings.keys()];
  analysis.findings = before;
  if (taint === true || within.length > 0) report(analysis, test, describe(test));
}
