import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultCacheDirectory, writeAtomicallySync } from "@frond/foundation/node";
import type { Abi, Hex } from "viem";
import { SolidityCompileError } from "./errors.ts";

const require = createRequire(import.meta.url);
const sourceDirectory = fileURLToPath(new URL("../src", import.meta.url));

/** Part of the cache key: a changed setting causes a new compilation. */
const compilerSettings = {
  evmVersion: "cancun",
  optimizer: { enabled: true, runs: 10_000 },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.bytecode.linkReferences"] } },
};

/** A position in creation code for the 20-byte address of a deployed library. */
type LinkReference = { library: string; start: number };

export type ContractArtifact = {
  /** The name of the contract in its source. */
  name: string;
  abi: Abi;
  /** The creation code without `0x`, with unresolved link references. */
  code: string;
  linkReferences: LinkReference[];
};

export type CompileOptions = {
  /** The directory of cached results; default: `frond/solidity` in the user's cache directory. */
  cacheDirectory?: string;
  /**
   * Further sources by file name, for example a generated verifier. A source may import from `@openzeppelin/contracts`.
   */
  sources?: Record<string, string>;
};

/**
 * Compiles the project's contracts (`packages/contracts/src`) with solc in this process, or reads the result from the
 * cache. The cache key covers all sources, the compiler's version and the settings.
 *
 * @returns artifacts by contract name
 * @throws {@link SolidityCompileError} when the compiler refuses a source
 */
export function compileContracts(options: CompileOptions = {}): Record<string, ContractArtifact> {
  return compileSources({ ...readProjectSources(), ...options.sources }, options);
}

/** Compiles only the given sources; otherwise like {@link compileContracts}. */
export function compileSources(
  sources: Record<string, string>,
  options: Pick<CompileOptions, "cacheDirectory"> = {},
): Record<string, ContractArtifact> {
  const version = (require("solc/package.json") as { version: string }).version;
  const key = createHash("sha256")
    .update(JSON.stringify([version, compilerSettings, openZeppelinVersion(), Object.entries(sources).sort()]))
    .digest("hex");
  const directory = options.cacheDirectory ?? join(defaultCacheDirectory(), "solidity");
  const cached = join(directory, `${key}.json`);
  if (existsSync(cached)) return JSON.parse(readFileSync(cached, "utf8")) as Record<string, ContractArtifact>;
  const artifacts = runCompiler(sources);
  writeAtomicallySync(cached, JSON.stringify(artifacts));
  return artifacts;
}

/**
 * Writes the addresses of deployed libraries into creation code.
 * @throws Error when `libraries` lacks a library that the code needs
 */
export function linkCode(artifact: ContractArtifact, libraries: Record<string, Hex>): Hex {
  let code = artifact.code;
  for (const { library, start } of artifact.linkReferences) {
    const address = libraries[library];
    if (address === undefined) throw new SolidityCompileError([`${artifact.name} needs the library ${library}.`]);
    code = code.slice(0, start * 2) + address.slice(2).toLowerCase() + code.slice(start * 2 + 40);
  }
  return `0x${code}`;
}

function readProjectSources(): Record<string, string> {
  const sources: Record<string, string> = {};
  for (const entry of readdirSync(sourceDirectory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".sol")) continue;
    const path = join(entry.parentPath, entry.name);
    sources[relative(sourceDirectory, path)] = readFileSync(path, "utf8");
  }
  return sources;
}

type CompilerOutput = {
  errors?: { severity: string; formattedMessage: string }[];
  contracts?: Record<string, Record<string, CompiledEntry>>;
};
type CompiledEntry = {
  abi: Abi;
  evm: { bytecode: { object: string; linkReferences: Record<string, Record<string, { start: number }[]>> } };
};

function runCompiler(sources: Record<string, string>): Record<string, ContractArtifact> {
  const compiler = loadCompiler();
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(Object.entries(sources).map(([name, content]) => [name, { content }])),
    settings: compilerSettings,
  };
  const output = JSON.parse(compiler.compile(JSON.stringify(input), { import: readImport })) as CompilerOutput;
  const errors = (output.errors ?? []).filter((error) => error.severity === "error");
  if (errors.length > 0) throw new SolidityCompileError(errors.map((error) => error.formattedMessage));
  const artifacts: Record<string, ContractArtifact> = {};
  for (const [file, contracts] of Object.entries(output.contracts ?? {})) {
    if (!(file in sources)) continue;
    for (const [name, entry] of Object.entries(contracts)) artifacts[name] = toArtifact(name, entry);
  }
  return artifacts;
}

function toArtifact(name: string, entry: CompiledEntry): ContractArtifact {
  const linkReferences = Object.values(entry.evm.bytecode.linkReferences).flatMap((libraries) =>
    Object.entries(libraries).flatMap(([library, places]) => places.map(({ start }) => ({ library, start }))),
  );
  return { name, abi: entry.abi, code: entry.evm.bytecode.object, linkReferences };
}

type Compiler = {
  compile(input: string, callbacks: { import(path: string): { contents: string } | { error: string } }): string;
};

/**
 * Loads solc on a cache miss only, because solc is 9 MB of JavaScript. solc's runtime adds listeners that abort the
 * process; this function removes them.
 */
function loadCompiler(): Compiler {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => new Set<unknown>(process.rawListeners(event)));
  const compiler = require("solc") as Compiler;
  events.forEach((event, i) => {
    for (const listener of process.rawListeners(event)) {
      if (!before[i]!.has(listener)) process.removeListener(event, listener as () => void);
    }
  });
  return compiler;
}

function readImport(path: string): { contents: string } | { error: string } {
  if (!path.startsWith("@openzeppelin/contracts/") || path.includes(".."))
    return { error: `${path} is not allowed here.` };
  const root = dirname(require.resolve("@openzeppelin/contracts/package.json"));
  return { contents: readFileSync(join(root, path.slice("@openzeppelin/contracts/".length)), "utf8") };
}

function openZeppelinVersion(): string {
  return (require("@openzeppelin/contracts/package.json") as { version: string }).version;
}
