import { childrenOf, type Node, partOf, partsOf, wordOf } from "./syntax.ts";

/** Modules whose functions all assert, and some of the others, with the names of those that assert or compare. */
const ASSERTING = /^(node:)?assert(\/strict)?$|^power-assert$|(^|[/-])invariant$/;
const NAMES = /^(node:)?util isDeepStrictEqual$|^(chai|vitest) assert$/;

/**
 * The names under which a module imports functions that assert and compare, and the modules that these come from. A
 * name that the module declares once more is left out: it may be something else where it is called.
 */
export function assertingImports(root: Node): ReadonlyMap<string, string> {
  const imports = new Map<string, string>();
  for (const node of partsOf(root, "body")) {
    if (node?.type !== "ImportDeclaration") continue;
    const module = wordOf(partOf(node, "source"), "value") ?? "";
    for (const specifier of partsOf(node, "specifiers")) {
      const name = wordOf(partOf(specifier!, "imported"), "name");
      if (!ASSERTING.test(module) && !NAMES.test(`${module} ${name}`)) continue;
      imports.set(wordOf(partOf(specifier!, "local"), "name")!, module);
    }
  }
  if (imports.size > 0) for (const name of declaredNames(root)) imports.delete(name);
  return imports;
}

/** The names of variables, parameters, functions and classes, and those in the initial values of parameters. */
function declaredNames(node: Node): string[] {
  const declares = /^(VariableDeclarator|(Function|Class)Declaration)$/.test(node.type);
  const own = declares ? [partOf(node, "id")] : [];
  return [...[...own, ...partsOf(node, "params")].flatMap(identifiersIn), ...childrenOf(node).flatMap(declaredNames)];
}

function identifiersIn(node: Node | undefined): string[] {
  if (node === undefined) return [];
  const name = node.type === "Identifier" ? wordOf(node, "name") : undefined;
  return [...(name === undefined ? [] : [name]), ...childrenOf(node).flatMap(identifiersIn)];
}
