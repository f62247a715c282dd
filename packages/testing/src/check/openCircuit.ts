import { readFile } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { type CircuitSource, compileCircuit, type InputMap } from "@frond/prover";
import { type CompiledCircuit, Noir } from "@noir-lang/noir_js";

/** A compiled circuit that is executed, without a proof. */
export type Circuit = {
  /** Undefined if the inputs satisfy the circuit, otherwise the assertion that fails, with its place. */
  failure(inputs: InputMap): Promise<string | undefined>;
};

/** Compiles a circuit, or takes it from the cache of those that are proven. @throws CompilationError */
export async function openCircuit(source: CircuitSource): Promise<Circuit> {
  const { abi, bytecode, debugPath } = await compileCircuit(source);
  const debug = JSON.parse(gunzipSync(await readFile(debugPath)).toString()) as object;
  const noir = new Noir({ ...debug, abi, bytecode: gzipSync(bytecode).toString("base64") } as CompiledCircuit);
  await noir.init();
  return {
    async failure(inputs) {
      try {
        await noir.execute(inputs);
        return undefined;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const place = (error as { noirCallStack?: readonly string[] }).noirCallStack?.at(-1);
        return place === undefined ? message : `${message} (${place.replace(/^at /, "")})`;
      }
    },
  };
}
