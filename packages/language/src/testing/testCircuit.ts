import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { CircuitSource } from "@frond/circuits";
import { type CompiledCircuit, type InputMap, Noir } from "@noir-lang/noir_js";
import { compile, createFileManager } from "@noir-lang/noir_wasm";

/** A circuit that is compiled in this process and executed without a proof. */
export type TestCircuit = {
  /** Undefined if the inputs satisfy the circuit, otherwise the message of the failed assertion. */
  failure(inputs: InputMap): Promise<string | undefined>;
};

export async function createTestCircuit({ files }: Pick<CircuitSource, "files">): Promise<TestCircuit> {
  const noir = new Noir(await compileFiles(files));
  return {
    async failure(inputs) {
      try {
        await noir.execute(inputs);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  };
}

async function compileFiles(files: CircuitSource["files"]): Promise<CompiledCircuit> {
  const root = await mkdtemp(join(tmpdir(), "frond-noir-"));
  const lines: string[] = [];
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    const { program } = await compile(
      createFileManager(join(root, "bin")),
      undefined,
      (line) => lines.push(line),
      () => {},
    );
    return program as CompiledCircuit;
  } catch (error) {
    throw new Error(`the generated circuit does not compile:\n${lines.join("\n")}`, { cause: error });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
