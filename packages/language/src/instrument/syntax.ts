import { type ParserOptions, parse } from "@babel/parser";

/** A syntax node of any `type`. `partOf` and `partsOf` look up the node's children. */
export type Node = {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly loc: { readonly start: { readonly line: number; readonly column: number } };
};

/** A parsed source file. */
export type Source = { readonly text: string; readonly root: Node; readonly file: string };

/**
 * Parses TypeScript or JavaScript.
 * @throws SyntaxError of the parser, with `loc`
 */
export function parseSource(text: string, file: string): Source {
  const plugins: ParserOptions["plugins"] = ["typescript", "decorators-legacy", "explicitResourceManagement"];
  const options: ParserOptions = {
    sourceType: "module",
    plugins: /x$/.test(file) ? [...plugins, "jsx"] : plugins,
    createParenthesizedExpressions: true,
    allowReturnOutsideFunction: true,
  };
  return { text, root: parse(text, options).program as unknown as Node, file };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

export function partOf(node: Node, name: string): Node | undefined {
  const part = (node as unknown as Record<string, unknown>)[name];
  return isNode(part) ? part : undefined;
}

/** The nodes of a list. A hole, as in `[, a]`, is undefined. */
export function partsOf(node: Node, name: string): readonly (Node | undefined)[] {
  const parts = (node as unknown as Record<string, unknown>)[name];
  return Array.isArray(parts) ? parts.map((part) => (isNode(part) ? part : undefined)) : [];
}

export function wordOf(node: Node | undefined, name: string): string | undefined {
  const word = node === undefined ? undefined : (node as unknown as Record<string, unknown>)[name];
  return typeof word === "string" || typeof word === "number" ? String(word) : undefined;
}

export function isComputed(node: Node): boolean {
  return (node as unknown as Record<string, unknown>).computed === true;
}

export function childrenOf(node: Node): Node[] {
  return Object.entries(node).flatMap(([name, value]) => {
    if (name === "loc" || name.endsWith("Comments")) return [];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

export function isFunction(node: Node | undefined): node is Node {
  return node !== undefined && /^(Arrow)?Function(Expression|Declaration)$|^ObjectMethod$/.test(node.type);
}

/** The name of a property or of a member access; undefined if the name is computed. */
export function propertyName(node: Node, part: "key" | "property"): string | undefined {
  const name = partOf(node, part);
  if (name === undefined) return undefined;
  if (isComputed(node)) return name.type.endsWith("Literal") ? wordOf(name, "value") : undefined;
  return wordOf(name, "name") ?? wordOf(name, "value");
}

/** Removes the type assertions around an expression. */
export function withoutTypes(node: Node): Node {
  const isWrapper =
    /^(TSAsExpression|TSNonNullExpression|TSSatisfiesExpression|TSTypeAssertion|ParenthesizedExpression)$/;
  return isWrapper.test(node.type) ? withoutTypes(partOf(node, "expression")!) : node;
}

/** The source text of a node on one line, shortened to `longest` characters. */
export function textOf(source: Source, node: Node, longest = 80): string {
  const text = source.text.slice(node.start, node.end).replace(/\s+/g, " ");
  return text.length > longest ? `${text.slice(0, longest)}..` : text;
}
