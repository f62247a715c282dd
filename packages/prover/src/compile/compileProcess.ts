import "./baselineWasm.ts";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { compile, createFileManager } from "@noir-lang/noir_wasm";
import { serve } from "../process/serve.ts";
import type { Abi, CircuitSource } from "../types.ts";

/** `debug`: compressed JSON of what explains a failed execution, `{ debug_symbols, file_map }`. */
export type Compiled = { readonly abi: Abi; readonly bytecode: Uint8Array; readonly debug: Uint8Array };
export type CompileReply = Compiled | { readonly diagnostics: string };

serve({ compileSource });

async function compileSource(source: CircuitSource): Promise<CompileReply> {
  // The compiler's file manager reads from a disk; the folder exists for as long as the compilation.
  const root = await mkdtemp(join(tmpdir(), "frond-noir-"));
  const lines: string[] = [];
  const log = (text: string) => lines.push(text.replaceAll(`${root}/`, ""));
  try {
    for (const [path, content] of Object.entries(source.files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    const { program } = await compile(createFileManager(join(root, "bin")), undefined, log, () => {});
    const { debug_symbols, file_map } = program;
    return {
      abi: program.abi as Abi,
      bytecode: new Uint8Array(gunzipSync(Buffer.from(program.bytecode, "base64"))),
      debug: gzipSync(JSON.stringify({ debug_symbols, file_map }).replaceAll(`${root}/`, "")),
    };
  } catch (error) {
    return { diagnostics: [...lines, describe(error).replaceAll(`${root}/`, "")].join("\n").trim() };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The compiler throws an error whose `cause` is a list of diagnostics with their places. */
function describe(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: unknown };
  return cause === undefined ? String(message ?? error) : `${message}\n${JSON.stringify(cause, undefined, 2)}`;
}
