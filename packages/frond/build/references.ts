import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

/** A string in a module that names another module. */
export type Reference = {
  /** Where the name stands in the text, without its quotes. */
  readonly start: number;
  readonly end: number;
  /** The source that is named, or the installed package that is. */
  readonly names: { readonly file: string } | { readonly package: string };
};

/** A module that a thread, a process or a loader starts with, by its path. */
const PATH = /(["'])(\.{1,2}\/[^"'\n]+\.(?:ts|mjs))\1/g;
/** A package that is found without being imported. */
const FOUND = /\b(?:require\d*(?:\.resolve)?|import\.meta\.resolve)\(\s*(["'])([^"'\n]+)\1\s*\)/g;

/** All modules that a module names: what it imports, what it starts by its path, and which packages it looks for. */
export function referencesIn(root: string, file: string, text: string): Reference[] {
  const spans = new Map<number, string>();
  for (const { fileName, pos } of ts.preProcessFile(text, true, true).importedFiles) {
    // The position may be that of the quote.
    spans.set(/["'`]/.test(text[pos]!) ? pos + 1 : pos, fileName);
  }
  for (const pattern of [PATH, FOUND])
    for (const { index, 0: whole, 2: name } of text.matchAll(pattern)) spans.set(index + whole.indexOf(name!), name!);
  return [...spans].flatMap(([start, name]) => {
    const names = resolveName(root, file, name);
    return names === undefined ? [] : [{ start, end: start + name.length, names }];
  });
}

function resolveName(root: string, file: string, name: string): Reference["names"] | undefined {
  if (name.startsWith(".")) {
    const path = resolve(dirname(file), name);
    const known = [path, path.replace(/\.ts$/, ".d.ts")].find((candidate) => existsSync(candidate));
    return known === undefined ? undefined : { file: known };
  }
  if (isBuiltin(name)) return undefined;
  const own = /^@frond\/([^/]+)(\/.+)?$/.exec(name);
  if (own !== null) return { file: exportedFile(root, own[1]!, own[2] ?? "") };
  const [scope, rest] = name.split("/");
  return { package: name.startsWith("@") ? `${scope}/${rest}` : scope! };
}

/** The source behind what a package of the repository exports: where there are two, the one that needs no loader. */
function exportedFile(root: string, name: string, path: string): string {
  const folder = ["packages", "apps"].map((parent) => join(root, parent, name)).find((place) => existsSync(place));
  const target = exportsOf(folder ?? join(root, "packages", name))[`.${path}`];
  if (folder === undefined || target === undefined) throw new Error(`Nothing exports @frond/${name}${path}.`);
  return join(folder, target);
}

/** The source of each path that a package exports. */
export function exportsOf(folder: string): Readonly<Record<string, string>> {
  const { exports = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    exports?: Record<string, string | { readonly types: string }>;
  };
  return Object.fromEntries(
    Object.entries(exports).map(([path, target]) => [path, typeof target === "string" ? target : target.types]),
  );
}
