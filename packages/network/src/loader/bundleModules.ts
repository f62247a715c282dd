import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { OnLoadArgs, OnLoadResult, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";

export type Bundles = {
  /** The address of the directory in which they are. */
  readonly directory: string;
  /** The addresses of Frond's modules that others import or start, each with that of its bundle. */
  readonly modules: Readonly<Record<string, string>>;
};

type BundleOptions = {
  /** The directory of the packages, with a separator at its end; of Frond's own by default. */
  readonly packages?: string;
  /** Where bundles are kept; beside the installed packages by default. */
  readonly cache?: string;
};

/** What is bundled, and where it goes. */
type Work = {
  readonly packages: string;
  readonly entries: ReadonlyMap<string, string>;
  readonly directory: string;
};

const PACKAGES = fileURLToPath(new URL("../../../", import.meta.url));
/** Libraries of hundreds of modules each that become part of the bundles. All others are imported as they are. */
const LIBRARIES = /^(viem|zod)(\/|$)/;
/** Bundles of other versions that are kept: processes may run from them. */
const KEPT = 8;
const MODULES = "modules.json";

const require = createRequire(import.meta.url);

/**
 * Bundles Frond's own modules and the large libraries, once for each version of them, beside the installed packages:
 * a process spends six times as long on finding a thousand modules as on loading the same as a few. A module is in one
 * bundle only, so that it exists once, whoever imports it.
 *
 * Undefined where nothing can be written or bundled; then the modules serve as they are.
 */
export async function bundleModules(options: BundleOptions = {}): Promise<Bundles | undefined> {
  const { packages = PACKAGES } = options;
  try {
    const cache = options.cache ?? join(dirname(dirname(manifestOf("viem"))), ".cache", "frond");
    const sources = sourceFiles(packages);
    const directory = join(cache, `modules-${versionOf(packages, sources)}`);
    if (!existsSync(directory)) {
      await bundle({ packages, entries: entriesOf(packages, sources), directory });
      removeOthers(cache, basename(directory));
    }
    const names = JSON.parse(readFileSync(join(directory, MODULES), "utf8")) as Record<string, string>;
    const modules = Object.entries(names).map(
      ([source, name]) => [addressOf(join(packages, source)), addressOf(join(directory, name))] as const,
    );
    return { directory: `${addressOf(directory)}/`, modules: Object.fromEntries(modules) };
  } catch {
    return undefined;
  }
}

const addressOf = (file: string): string => pathToFileURL(file).href;

/** All modules below a folder, but for tests; in the order of their paths. */
function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return /^(node_modules|dist|templates)$/.test(entry.name) ? [] : sourceFiles(path);
      return /\.(ts|tsx|js|mjs)$/.test(path) && !/\.(d|test|bench)\.m?ts$/.test(path) ? [path] : [];
    });
}

/** Changes with every change of a module, of a library in the bundles, and of Node. */
function versionOf(packages: string, sources: readonly string[]): string {
  const hash = createHash("sha256").update(process.version);
  for (const file of sources) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`\n${relative(packages, file)} ${size} ${mtimeMs}`);
  }
  // An installed package keeps the times of its files from version to version.
  for (const manifest of [join(packages, "../../package.json"), ...["viem", "zod", "esbuild"].map(manifestOf)])
    if (existsSync(manifest)) hash.update(readFileSync(manifest));
  return hash.digest("hex").slice(0, 16);
}

const manifestOf = (name: string): string => require.resolve(`${name}/package.json`);

async function bundle(work: Work): Promise<void> {
  const { packages, entries, directory } = work;
  const { build } = await import("esbuild"); // loaded the first time only
  const partial = `${directory}.${randomBytes(4).toString("hex")}`;
  try {
    await build({
      entryPoints: [...entries].map(([file, name]) => ({ in: file, out: name })),
      outdir: partial,
      outExtension: { ".js": ".mjs" },
      chunkNames: "chunk-[hash]",
      bundle: true,
      splitting: true,
      keepNames: true,
      minifyWhitespace: true,
      format: "esm",
      platform: "node",
      target: "node20",
      conditions: [],
      sourcemap: "linked",
      sourcesContent: false,
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      define: { "import.meta.url": OWN_ADDRESS },
      plugins: [bundling(work)],
      logLevel: "silent",
    });
    const names = [...entries].map(([file, name]) => [relative(packages, file), `${name}.mjs`]);
    writeFileSync(join(partial, MODULES), JSON.stringify(Object.fromEntries(names)));
    renameSync(partial, directory);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(directory)) throw error;
  }
}

/** A module that is started in a thread or a process. */
const STARTED = /new URL\("(\.{1,2}\/[^"]+)", import\.meta\.url\)/g;
/** A module that a script imports or registers: scripts run before there are bundles. */
const NAMED = /"(\.{1,2}\/[^"\n]+\.(?:ts|js))"/g;

/** Each module that others import or start, with the name of its bundle. */
function entriesOf(packages: string, sources: readonly string[]): ReadonlyMap<string, string> {
  const known = new Set(sources);
  const entries = sources.filter((file) => /[/\\]exports[/\\][^/\\]+\.(ts|js)$/.test(file));
  for (const file of sources) {
    const named = readFileSync(file, "utf8").matchAll(file.endsWith(".mjs") ? NAMED : STARTED);
    const paths = [...named].map(([, name]) => join(dirname(file), name!));
    entries.push(...paths.filter((path) => known.has(path) && !path.endsWith(".mjs")));
  }
  return new Map([...new Set(entries)].map((file) => [file, relative(packages, file).replace(/\W+/g, "-")]));
}

/** Leaves libraries and applications out, and lets modules find what lies beside their sources. */
function bundling(work: Work): Plugin {
  return {
    name: "frond",
    setup(build) {
      // Packages; and applications, which lie beside the packages of a published Frond.
      build.onResolve({ filter: /^([^./]|(\.\.\/){3})/ }, (args) => resolveOutside(build, args, work));
      build.onLoad({ filter: /\.(ts|m?js)$/ }, (args) => loadPlaced(build, args, work));
    },
  };
}

const isOwn = ({ packages }: Work, file: string): boolean =>
  file.startsWith(packages) && !/[/\\]node_modules[/\\]/.test(file.slice(packages.length - 1));

/** What the bundled libraries have of the system. */
const SYSTEM = /^(ws|isows)$/;
const RESOLVED = "resolved";

async function resolveOutside(
  build: PluginBuild,
  args: OnResolveArgs,
  work: Work,
): Promise<OnResolveResult | undefined> {
  const { path, kind, importer, resolveDir, pluginData } = args;
  if (kind === "entry-point" || pluginData === RESOLVED) return undefined;
  if (isOwn(work, importer) ? LIBRARIES.test(path) : !SYSTEM.test(path)) return undefined;
  const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: RESOLVED });
  // What is not installed is found missing by whoever loads it.
  if (found.errors.length > 0) return { path, external: true };
  if (found.external || isOwn(work, found.path)) return found;
  return { path: addressOf(found.path), external: true };
}

/** A module that asks for its own address gets that of its source. */
async function loadPlaced(build: PluginBuild, { path }: OnLoadArgs, work: Work): Promise<OnLoadResult | undefined> {
  const text = readFileSync(path, "utf8");
  if (!text.includes("import.meta")) return undefined;
  const where = { kind: "import-statement", importer: path, resolveDir: dirname(path), pluginData: RESOLVED } as const;
  const packages = new Map<string, string>();
  for (const [, name] of text.matchAll(FOUND)) {
    const found = await build.resolve(name!, where);
    if (found.errors.length === 0) packages.set(name!, addressOf(found.path));
  }
  const bundleOf = (started: string) => {
    const name = work.entries.get(started);
    return name === undefined ? undefined : addressOf(join(work.directory, `${name}.mjs`));
  };
  const code = replaceStarted(text, path, bundleOf).replace(FOUND, (whole, name: string) =>
    packages.has(name) ? `"${packages.get(name)}"` : whole,
  );
  return {
    contents: `const ${OWN_ADDRESS} = ${JSON.stringify(addressOf(path))};${code}`,
    loader: path.endsWith(".ts") ? "ts" : "js",
  };
}

/** Lets a module start bundles: `bundleOf` gives the address of a module's, or undefined. */
export function replaceStarted(text: string, file: string, bundleOf: (path: string) => string | undefined): string {
  return text.replace(STARTED, (whole, name: string) => {
    const bundle = bundleOf(join(dirname(file), name));
    return bundle === undefined ? whole : `new URL("${bundle}")`;
  });
}

/** Takes the place of `import.meta.url`. */
const OWN_ADDRESS = "frond$address";
/** A package that is found without being imported. */
const FOUND = /import\.meta\.resolve\("([^"]+)"\)/g;

function removeOthers(cache: string, current: string): void {
  const age = (name: string) => statSync(join(cache, name)).mtimeMs;
  const others = readdirSync(cache).filter((name) => name.startsWith("modules-") && name !== current);
  for (const name of others.sort((a, b) => age(b) - age(a)).slice(KEPT))
    rmSync(join(cache, name), { recursive: true, force: true });
}
