import { addSite, type Edits, wrap } from "./edits.ts";
import { labelBound } from "./labels.ts";
import { suggestion } from "./suggestions.ts";
import { isComputed, type Node, partOf, partsOf, propertyName, textOf, withoutTypes, wordOf } from "./syntax.ts";

/** `typeof name` of a name that is not declared is no error, so the name is read only if it names an object. */
export function visitTypeof(edits: Edits, node: Node): void {
  const argument = partOf(node, "argument")!;
  const value = withoutTypes(argument);
  const text = textOf(edits.source, argument);
  if (value.type !== "Identifier") {
    wrap(edits, argument, "scalar", ["typeof", text]);
    return;
  }
  edits.text.appendLeft(node.start, `${edits.prefix}kind(`);
  edits.text.prependRight(node.end, `, () => ${wordOf(value, "name")}, ${addSite(edits, node, ["typeof", text])})`);
}

/**
 * `a ||= b` reads `a` first. A name is read once more, in front; an entry of an object is read and written through the
 * hook, so that the object and the key are evaluated once.
 */
export function visitLogicalAssignment(edits: Edits, node: Node): void {
  const { source, text, prefix } = edits;
  const left = withoutTypes(partOf(node, "left")!);
  const [object, key] = [partOf(left, "object"), partOf(left, "property")];
  const operator = wordOf(node, "operator") as "||=";
  const addOwnSite = () => addSite(edits, left, [operator, textOf(source, left), suggestion(source, node)]);
  if (left.type === "MemberExpression" && object?.type !== "Super" && key?.type !== "PrivateName") {
    text.appendLeft(left.start, `${prefix}entry(`);
    const [middle, end] = isComputed(left) ? [key!.start, key!.end] : [left.end, left.end];
    const name = isComputed(left) ? "" : JSON.stringify(wordOf(key, "name"));
    text.overwrite(object!.end, middle, `, ${name}${isComputed(left) ? "" : `, ${addOwnSite()}).value`}`);
    if (isComputed(left)) text.overwrite(end, left.end, `, ${addOwnSite()}).value`);
    return;
  }
  // A private name of a call's result, and a computed name of `super`, can't be read without evaluating them twice.
  if (isComputed(left) || (object !== undefined && !/^(This|Super|Identifier)/.test(object.type))) return;
  text.appendLeft(
    node.start,
    `${prefix}last(${prefix}any(${source.text.slice(left.start, left.end)}, ${addOwnSite()}), `,
  );
  text.prependRight(node.end, ")");
}

/** Checks that a statement that is only a value is not the result of an operation on traced values. */
export function requireUsed(edits: Edits, expression: Node): void {
  const value = withoutTypes(expression);
  if (!/^(Optional)?CallExpression$|^LogicalExpression$|^ConditionalExpression$/.test(value.type)) return;
  if (/^(Super|Import)$/.test(partOf(value, "callee")?.type ?? "")) return;
  wrap(edits, expression, "unused", ["unused", textOf(edits.source, value)]);
}

/** `list.forEach((value) => operation)` uses no result; `Array(n)` and `new Array(n)` ask for a number. */
export function visitCall(edits: Edits, node: Node): void {
  const callee = withoutTypes(partOf(node, "callee")!);
  const [first, second] = partsOf(node, "arguments");
  if (first === undefined) return;
  const body = partOf(first, "body");
  if (propertyName(callee, "property") === "forEach" && body !== undefined && body.type !== "BlockStatement") {
    requireUsed(edits, body);
  }
  if (wordOf(callee, "name") === "Array" && second === undefined && first.type !== "SpreadElement") {
    wrap(edits, first, "any", ["length", textOf(edits.source, node)]);
  }
}

/** Others' assertions know nothing of traced values: `assert(flag)` of "node:assert" holds for every flag. */
export function visitAsserting(edits: Edits, node: Node): void {
  const callee = withoutTypes(partOf(node, "callee")!);
  let object = callee;
  while (object.type === "MemberExpression") object = withoutTypes(partOf(object, "object")!);
  const module = edits.asserting.get(wordOf(object, "name") ?? "");
  if (module === undefined) return;
  for (const argument of partsOf(node, "arguments")) {
    if (argument === undefined || argument.type === "SpreadElement") continue;
    wrap(edits, argument, "foreign", ["foreign", textOf(edits.source, callee), module]);
  }
}

const MOMENTS = /^(globalThis\.)?(Date\.now|newDate|performance\.now)$/;

/**
 * `Date.now()`, `new Date()` and `process.env` give a fresh module another moment and another environment: see
 * `moment` in `instrument.ts`.
 */
export function visitMoment(edits: Edits, node: Node, parent: Node | undefined): void {
  if (parent !== undefined && /^(Assignment|For)/.test(parent.type) && partOf(parent, "left") === node) return;
  const text = textOf(edits.source, node).replace(/\s|\(\)$/g, "");
  // Of a call the call, and not its callee: that would lose its `this`.
  const moments = node.type.endsWith("MemberExpression") ? /^(globalThis\.)?process\.env$/ : MOMENTS;
  if (!moments.test(text)) return;
  edits.text.appendLeft(node.start, `${edits.prefix}moment(`);
  edits.text.prependRight(node.end, ", import.meta.url)");
}

/**
 * Tells the name of a declared value. `const isTrue = Boolean` at the top of a module keeps the function that was there
 * before anything was traced.
 */
export function visitDeclarator(edits: Edits, node: Node): void {
  const init = partOf(node, "init");
  if (init === undefined) return;
  labelBound(edits, partOf(node, "id")!, init);
  if (wordOf(init, "name") !== "Boolean") return;
  edits.text.appendLeft(init.start, `${edits.prefix}boolean(`);
  edits.text.prependRight(init.end, ")");
}

/** Tells the body of a `try` with a `catch` from what is around it. */
export function visitTry(edits: Edits, node: Node): void {
  if (partOf(node, "handler") === undefined) return;
  const block = partOf(node, "block")!;
  const site = addSite(edits, node, ["try", "try"]);
  edits.text.appendLeft(block.start + 1, ` ${edits.prefix}attempt(${site}); try {`);
  edits.text.prependRight(block.end - 1, `} finally { ${edits.prefix}settled(); } `);
}

/**
 * Notes that a function runs, if it may be one of the definition: a property, or declared at the top of the module. An
 * async function ends at once while a method is traced.
 */
export function visitFunction(edits: Edits, node: Node, parent: Node | undefined): void {
  visitAsync(edits, node);
  const isProperty = node.type === "ObjectMethod" || parent?.type === "ObjectProperty";
  const isDeclared = parent !== undefined && /^(Program|Export\w+|VariableDeclarator)$/.test(parent.type);
  const isAccessor = wordOf(node, "kind") === "get" || wordOf(node, "kind") === "set";
  const body = partOf(node, "body");
  if (!(isProperty || isDeclared) || isAccessor || body === undefined) return;
  const call = `${edits.prefix}entered(${addSite(edits, node, ["function", "function"])})`;
  if (body.type === "BlockStatement") {
    edits.text.appendLeft(startOf(body), ` ${call};`);
  } else {
    edits.text.appendLeft(body.start, `(${call}, `);
    edits.text.prependRight(body.end, ")");
  }
}

/** An async function ends at once while a method is traced: nothing waits for what comes after its first `await`. */
export function visitAsync(edits: Edits, node: Node): void {
  const { async: isAsync, generator: isGenerator } = node as { async?: boolean; generator?: boolean };
  const body = partOf(node, "body");
  if (isAsync !== true || isGenerator === true || body === undefined) return;
  const isLater = `${edits.prefix}later(${addSite(edits, node, ["async", "async"])})`;
  if (body.type === "BlockStatement") {
    edits.text.appendLeft(startOf(body), ` if (${isLater}) return undefined;`);
  } else {
    edits.text.appendLeft(body.start, `(${isLater} ? undefined : `);
    edits.text.prependRight(body.end, ")");
  }
}

/** The place of the first statement of a function. */
function startOf(body: Node): number {
  return partsOf(body, "directives").at(-1)?.end ?? body.start + 1;
}
