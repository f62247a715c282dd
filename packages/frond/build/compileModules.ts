import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { transform } from "esbuild";
import { referencesIn } from "./references.ts";
import { rewrite } from "./rewrite.ts";

/** The modules of a package, by the paths of their sources, and what these need of other packages. */
export type Modules = { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> };

/**
 * Compiles entry modules, and all that they name, each to a module of its own at its path below `output`. Nothing is
 * bundled: a module exists once, whoever starts with it, and assets lie where the sources find them.
 */
export async function compileModules(root: string, entries: readonly string[], output: string): Promise<Modules> {
  const packages = new Set<string>();
  const known = new Set(entries);
  for (const file of known) {
    const place = relative(root, file);
    const target = join(output, compiledName(place));
    const { code, map } = await compile(file, place);
    const references = referencesIn(root, file, code);
    for (const { names } of references) {
      if ("package" in names) packages.add(names.package);
      else known.add(names.file);
    }
    mkdirSync(dirname(target), { recursive: true });
    const text = rewrite(code, file, references, compiledName);
    if (map === undefined) writeFileSync(target, text);
    else {
      writeFileSync(target, `${text}//# sourceMappingURL=${target.slice(target.lastIndexOf("/") + 1)}.map\n`);
      writeFileSync(`${target}.map`, map);
    }
  }
  return { files: known, packages };
}

async function compile(file: string, place: string): Promise<{ readonly code: string; readonly map?: string }> {
  const text = readFileSync(file, "utf8");
  if (!file.endsWith(".ts")) return { code: text };
  const { code, map } = await transform(text, {
    loader: "ts",
    format: "esm",
    target: "node20",
    sourcemap: "external",
    sourcefile: place.slice(place.lastIndexOf("/") + 1),
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return { code, map };
}

/** The name of a source once it is compiled. */
function compiledName(path: string): string {
  return path.replace(/\.ts$/, ".js");
}
