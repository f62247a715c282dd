import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type InputMap, Noir } from "@noir-lang/noir_js";
import { compile, createFileManager } from "@noir-lang/noir_wasm";
import type { CircuitSource } from "../circuitSource.ts";

/** A compiled circuit that runs on inputs, without proving. Proofs inside it are not verified: that is the backend's work. */
export type TestCircuit = {
  /** Throws if a constraint does not hold; the message names it. */
  run(inputs: InputMap): Promise<void>;
};

/** Compiles a circuit in process. */
export async function compileForTest(source: CircuitSource): Promise<TestCircuit> {
  const directory = mkdtempSync(join(tmpdir(), "frond-circuit-"));
  try {
    for (const [path, text] of Object.entries(source.files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const { program } = await compile(
      createFileManager(join(directory, "bin")),
      undefined,
      () => {},
      () => {},
    );
    const noir = new Noir(program);
    await noir.init();
    return { run: async (inputs) => void (await noir.execute(inputs)) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
