import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import type { Modules } from "./compileModules.ts";
import { referencesIn } from "./references.ts";
import { rewrite } from "./rewrite.ts";

/**
 * Writes the declarations of entry modules, and of all that these name, at their paths below `output`. `sources` are
 * those of all modules, since the compiler takes what it finds as an installed package for somebody else's.
 */
export function declareTypes(
  root: string,
  { entries, sources }: { readonly entries: readonly string[]; readonly sources: readonly string[] },
  output: string,
): Modules {
  const declarationsOf = openProgram(root, sources);
  const packages = new Set<string>();
  const known = new Set(entries);
  for (const file of known) {
    const text = declarationsOf(file);
    const references = referencesIn(root, file, text);
    for (const { names } of references) {
      if ("package" in names) packages.add(names.package);
      else known.add(names.file);
    }
    const target = join(output, relative(root, file).replace(/\.ts$/, ".d.ts"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(
      target,
      rewrite(text, file, references, (path) => path.replace(/\.ts$/, ".js")),
    );
  }
  return { files: known, packages };
}

function openProgram(root: string, sources: readonly string[]): (file: string) => string {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: sources }, ts.sys, root);
  const program = ts.createProgram([...sources], {
    ...options,
    noEmit: false,
    incremental: false,
    declaration: true,
    emitDeclarationOnly: true,
  });
  return (file) => {
    let declarations: string | undefined;
    const write: ts.WriteFileCallback = (_name, text) => {
      declarations = text;
    };
    const { diagnostics } = program.emit(program.getSourceFile(file), write, undefined, true);
    const [mistake] = diagnostics;
    if (mistake !== undefined) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(mistake.messageText, " ")}`);
    if (declarations === undefined) throw new Error(`${file} has no declarations.`);
    return declarations;
  };
}
