import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultCacheDirectory, writeAtomically } from "@frond/foundation/node";
import { CompilationError } from "../errors.ts";
import { contentHash, readOrMake } from "../files.ts";
import { readPacked, writePacked } from "../packedFile.ts";
import { startChild } from "../process/child.ts";
import { createMeter } from "../progress.ts";
import type { Abi, CircuitSource, CompiledCircuit, OnProgress } from "../types.ts";
import type { Compiled, CompileReply } from "./compileProcess.ts";

const COMPILER_VERSION: string = JSON.parse(
  readFileSync(join(fileURLToPath(import.meta.resolve("@noir-lang/types")), "../../../package.json"), "utf8"),
).version;

/**
 * Compiles Noir to ACIR in a process of its own (the compiler never gives memory back), or takes it from the cache,
 * under the hash of all sources and of the compiler's
 * version. A damaged cache entry is made again.
 * @throws CompilationError with Noir's diagnostics
 */
export async function compileCircuit(
  source: CircuitSource,
  options: { readonly cacheDirectory?: string | undefined; readonly onProgress?: OnProgress | undefined } = {},
): Promise<CompiledCircuit> {
  const { cacheDirectory = defaultCacheDirectory(), onProgress } = options;
  const path = join(cacheDirectory, "circuits", `${source.name}-${sourceDigest(source).slice(0, 32)}.acir`);
  return readOrMake(path, {
    read: () => readCompiled(path, source.name),
    async make() {
      const advance = createMeter(`Compiling ${source.name}`, 1, onProgress);
      const compiled = await compileInProcess(source);
      await writeAtomically(debugPathOf(path), compiled.debug);
      await writePacked(path, { abi: compiled.abi }, compiled.bytecode);
      advance(1);
      return toCompiled(source.name, path, compiled);
    },
  });
}

/** SHA-256 over the compiler's version and every file. */
function sourceDigest({ files }: CircuitSource): string {
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return contentHash(COMPILER_VERSION, ...entries.flat());
}

async function compileInProcess(source: CircuitSource): Promise<Compiled> {
  const child = startChild(new URL("./compileProcess.ts", import.meta.url));
  try {
    const reply = await child.call<CompileReply>("compileSource", source);
    if ("diagnostics" in reply) throw new CompilationError(source.name, reply.diagnostics);
    return reply;
  } finally {
    await child.stop();
  }
}

async function readCompiled(path: string, name: string): Promise<CompiledCircuit | undefined> {
  const packed = await readPacked<{ abi: Abi }>(path);
  return packed && toCompiled(name, path, { abi: packed.header.abi, bytecode: packed.body });
}

function toCompiled(
  name: string,
  path: string,
  { abi, bytecode }: Pick<Compiled, "abi" | "bytecode">,
): CompiledCircuit {
  return { name, abi, bytecode, digest: contentHash(bytecode, JSON.stringify(abi)), debugPath: debugPathOf(path) };
}

function debugPathOf(path: string): string {
  return `${path}.debug`;
}
