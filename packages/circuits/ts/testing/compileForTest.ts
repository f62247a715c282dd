import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { compileCircuit } from "@frond/prover";
import { type CompiledCircuit, type InputMap, Noir } from "@noir-lang/noir_js";
import type { CircuitSource } from "../circuitSource.ts";

/**
 * A compiled circuit that runs on inputs, without proving. Proofs inside it are not verified: that is the backend's
 * work.
 */
export type TestCircuit = {
  /** @throws if a constraint does not hold; the message names it */
  run(inputs: InputMap): Promise<void>;
};

/** Compiles a circuit, or takes it from the cache of those that are proven. */
export async function compileForTest(source: CircuitSource): Promise<TestCircuit> {
  const { abi, bytecode, debugPath } = await compileCircuit(source);
  const debug = JSON.parse(gunzipSync(readFileSync(debugPath)).toString());
  const program = { abi, bytecode: gzipSync(bytecode).toString("base64"), ...debug };
  const noir = new Noir(program as CompiledCircuit);
  await noir.init();
  return { run: async (inputs) => void (await noir.execute(inputs)) };
}
