import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { buildPage } from "@frond/explorer";
import { compileModules } from "./compileModules.ts";
import { declareTypes } from "./declareTypes.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { exportsOf } from "./references.ts";

/** Where the command starts. */
const COMMAND = "packages/cli/bin/frond.mjs";

/** What modules read beside them: circuits, contracts, the figures that `frond simulate` starts from, the explorer. */
const ASSETS: readonly (readonly [folder: string, files: RegExp])[] = [
  ["packages/circuits", /^(bin|lib)\/.*\.(nr|toml)$|^circuits\.lock\.json$/],
  ["packages/contracts/src", /\.sol$/],
  ["apps", /^[a-z]+\/circuits\.lock\.json$/],
  ["packages/prover/keys", /\.key$/],
  ["packages/explorer/dist", /\.[a-z]+$/],
  ["bench", /^model\.json$/],
];

/**
 * Makes the package `frond` in `output`, ready to be packed: all packages of the repository in one, each module
 * compiled by itself, with declarations of what users import.
 */
export async function buildFrond(root: string, output: string): Promise<void> {
  rmSync(output, { recursive: true, force: true });
  const own = join(root, "packages/frond");
  const surface = exportsOf(own);
  const entries = Object.values(surface).map((source) => join(own, source));
  const compiled = await compileModules(root, [...entries, join(root, COMMAND)], join(output, "dist"));
  const typed = entries.filter((entry) => entry.endsWith(".ts"));
  const sources = [...compiled.files].filter((file) => file.endsWith(".ts"));
  const declared = declareTypes(root, { entries: typed, sources }, join(output, "dist"));
  for (const entry of entries.filter((name) => name.endsWith(".mjs")))
    declareNothing(root, entry, join(output, "dist"));
  await buildPage();
  copyAssets(root, join(output, "dist"));
  for (const [from, name] of [
    [root, "LICENSE"],
    [own, "README.md"],
  ] as const)
    copyFileSync(join(from, name), join(output, name));
  const needed = [...new Set([...compiled.packages, ...declared.packages])].sort();
  const written = readManifest(own);
  const brought = needed.filter((name) => !(name in ((written.peerDependencies ?? {}) as object)));
  const manifest = publishedManifest(written, { surface, dependencies: versionsOf(root, brought) });
  writeFileSync(join(output, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The declarations of a module that is imported for what it does. */
function declareNothing(root: string, entry: string, output: string): void {
  writeFileSync(join(output, relative(root, entry).replace(/\.mjs$/, ".d.mts")), "export {};\n");
}

function copyAssets(root: string, output: string): void {
  for (const [folder, files] of ASSETS) {
    for (const name of readdirSync(join(root, folder), { recursive: true }) as string[]) {
      if (!files.test(name)) continue;
      const target = join(output, folder, name);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(join(root, folder, name), target);
    }
  }
}

/** The versions that the repository is tested with. */
function versionsOf(root: string, names: readonly string[]): Record<string, string> {
  const { dependencies, devDependencies } = readManifest(root) as {
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  };
  return Object.fromEntries(
    names.map((name) => {
      const version = dependencies?.[name];
      if (version !== undefined) return [name, version];
      const problem =
        devDependencies?.[name] === undefined ? "is no dependency" : "is a dependency of development only";
      throw new Error(`The package frond needs ${name}, which ${problem} in package.json.`);
    }),
  );
}

/** What is published of the manifest that the repository works with. */
function publishedManifest(
  { private: _private, exports: _exports, ...kept }: Manifest,
  {
    surface,
    dependencies,
  }: { readonly surface: Readonly<Record<string, string>>; readonly dependencies: Record<string, string> },
) {
  const targets = Object.entries(surface).map(([path, source]) => {
    const file = `./dist/packages/frond/${source.slice(2)}`;
    return [path, { types: file.replace(/\.(m?)[jt]s$/, ".d.$1ts"), default: file.replace(/\.ts$/, ".js") }];
  });
  return {
    ...kept,
    bin: { frond: `dist/${COMMAND}` },
    exports: { ...Object.fromEntries(targets), "./package.json": "./package.json" },
    files: ["dist"],
    dependencies,
  };
}
