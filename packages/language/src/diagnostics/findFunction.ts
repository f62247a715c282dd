import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { SourceLocation } from "../ir.ts";
import { isOwn } from "../location.ts";
import {
  childrenOf,
  isFunction,
  type Node,
  parseSource,
  partOf,
  partsOf,
  propertyName,
  type Source,
  withoutTypes,
  wordOf,
} from "./syntax.ts";

/** A syntax node and its source. The source has no file if only the compiled text of a function is available. */
export type Found = { readonly source: Source; readonly node: Node };

const sources = new Map<string, Source>();
const calls = new WeakMap<Source, readonly Node[]>();

/** The calls in a source. */
function callsOf(source: Source): readonly Node[] {
  const known = calls.get(source) ?? collect(source.root, (node) => node.type === "CallExpression");
  calls.set(source, known);
  return known;
}

/** Finds the object literal that the `application(...)` call at `location` receives. */
export function findDefinition(location: SourceLocation | undefined): Found | undefined {
  if (location === undefined) return undefined;
  const source = readSource(location.file);
  if (source === undefined) return undefined;
  const candidates = callsOf(source).filter((call) => partOf(call, "callee")!.loc.start.line === location.line);
  const [call] = candidates.sort((a, b) => distance(a, location) - distance(b, location));
  const argument = call === undefined ? undefined : partsOf(call, "arguments")[0];
  const found = argument === undefined ? undefined : resolveNode({ source, node: argument });
  return found?.node.type === "ObjectExpression" ? found : undefined;
}

/**
 * Finds the function at `path`, such as `methods`, `swap`, `run`, of a definition. Falls back to the compiled text of
 * `value`. Returns undefined if that text is not available either, as for a bound function.
 */
export function findFunction(
  definition: Found | undefined,
  path: readonly string[],
  value: (...args: never[]) => unknown,
): Found | undefined {
  let found = definition;
  for (const name of path) found = found === undefined ? undefined : propertyOf(found, name);
  if (isFunction(found?.node)) return found;
  return parseFunction(Function.prototype.toString.call(value));
}

/** Parses the text of a function: an expression, or a method of an object literal. */
function parseFunction(text: string): Found | undefined {
  const source = parseSource(`(${text})`) ?? parseSource(`({${text}})`);
  const node = source === undefined ? undefined : collect(source.root, isFunction)[0];
  if (source === undefined || node === undefined) return undefined;
  return { source, node };
}

function propertyOf({ source, node }: Found, name: string): Found | undefined {
  if (node.type !== "ObjectExpression") return undefined;
  const properties = partsOf(node, "properties").filter((part) => part !== undefined);
  const property = properties.find((part) => propertyName(part, "key") === name);
  if (property === undefined || isFunction(property)) return property && { source, node: property };
  const value = partOf(property, "value");
  return value === undefined ? undefined : resolveNode({ source, node: value });
}

/** Resolves a name at the top level of the file. */
function resolveNode({ source, node }: Found): Found | undefined {
  const plain = withoutTypes(node);
  return plain.type === "Identifier" ? declarationOf(source, wordOf(plain, "name")!) : { source, node: plain };
}

/**
 * Finds the function or the initial value that a file declares at its top level under `name`, or imports from another
 * file of the application.
 */
export function declarationOf(source: Source, name: string): Found | undefined {
  for (const statement of partsOf(source.root, "body")) {
    if (statement === undefined) continue;
    if (statement.type === "ImportDeclaration") {
      const found = importedDeclaration(source, statement, name);
      if (found !== undefined) return found;
    }
    const declaration = partOf(statement, "declaration") ?? statement;
    if (declaration.type === "FunctionDeclaration" && nameOf(declaration) === name)
      return { source, node: declaration };
    for (const declarator of declaration.type === "VariableDeclaration" ? partsOf(declaration, "declarations") : []) {
      const init = declarator === undefined ? undefined : partOf(declarator, "init");
      if (init !== undefined && nameOf(declarator!) === name) return resolveNode({ source, node: init });
    }
  }
  return undefined;
}

/** Follows `import { theirs as name } from "./file.ts"`. Imports from packages do not belong to the application. */
function importedDeclaration(source: Source, statement: Node, name: string): Found | undefined {
  const path = wordOf(partOf(statement, "source"), "value");
  if (source.file === undefined || path === undefined || !path.startsWith(".")) return undefined;
  const specifiers = partsOf(statement, "specifiers").filter((part) => part !== undefined);
  const specifier = specifiers.find((part) => wordOf(partOf(part, "local"), "name") === name);
  const theirs = specifier === undefined ? undefined : wordOf(partOf(specifier, "imported"), "name");
  const other =
    readSource(resolve(dirname(source.file), path)) ??
    readSource(resolve(dirname(source.file), `${path.replace(/\.js$/, "")}.ts`));
  return theirs === undefined || other === undefined ? undefined : declarationOf(other, theirs);
}

function nameOf(declaration: Node): string | undefined {
  return wordOf(partOf(declaration, "id"), "name");
}

function readSource(file: string): Source | undefined {
  if (isOwn(resolve(file))) return undefined;
  let text: string;
  try {
    text = readFileSync(resolve(file), "utf8");
  } catch {
    return undefined;
  }
  const known = sources.get(file);
  if (known?.text === text) return known;
  const source = parseSource(text, file);
  if (source !== undefined) sources.set(file, source);
  return source;
}

function collect(node: Node, matches: (node: Node) => boolean): Node[] {
  const below = childrenOf(node).flatMap((child) => collect(child, matches));
  return matches(node) ? [node, ...below] : below;
}

function distance(node: Node, location: SourceLocation): number {
  return Math.abs(partOf(node, "callee")!.loc.start.column + 1 - location.column);
}
