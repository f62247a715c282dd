import { readFile } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { gunzipSync, gzipSync } from "node:zlib";
import { executeProgram, getPublicWitness, type WitnessStack } from "@noir-lang/acvm_js";
import { Noir, type CompiledCircuit as NoirProgram } from "@noir-lang/noir_js";
import { abiEncode } from "@noir-lang/noirc_abi";
import type { Abi, InputMap } from "../types.ts";
import { encodeWitnessStack } from "./encodeWitness.ts";

export type Program = {
  readonly digest: string;
  readonly abi: Abi;
  readonly bytecode: Uint8Array;
  readonly debugPath?: string | undefined;
};
export type WitnessRequest = {
  readonly id: number;
  readonly digest: string;
  readonly inputs: InputMap;
  readonly readsStatement: boolean;
  readonly program?: Program;
};
/** `publicInputs` in hex, when they were asked for. */
export type Solved = {
  readonly witness: Uint8Array;
  readonly publicInputs: readonly string[] | undefined;
  readonly seconds: number;
};
export type Unsatisfied = { readonly assertion: string; readonly location: string | undefined };
export type WitnessReply = { readonly id: number } & (Solved | Unsatisfied);

type Loaded = { readonly program: Program; readonly compressed: Uint8Array };

const loaded = new Map<string, Loaded>();
const port = parentPort!;

// Executions don't overlap: the WebAssembly is busy until it is done.
port.on("message", async (request: WitnessRequest) => {
  const { id, digest, inputs, readsStatement } = request;
  // The virtual machine takes bytecode compressed, `bb` takes it plain.
  if (request.program)
    loaded.set(digest, { program: request.program, compressed: gzipSync(request.program.bytecode, { level: 1 }) });
  const circuit = loaded.get(digest)!;
  try {
    const solved = await solve(circuit, inputs, readsStatement);
    port.postMessage({ id, ...solved } satisfies WitnessReply, [solved.witness.buffer as ArrayBuffer]);
  } catch (error) {
    port.postMessage({ id, ...(await explain(circuit, inputs, error)) } satisfies WitnessReply);
  }
});

async function solve({ program, compressed }: Loaded, inputs: InputMap, readsStatement: boolean): Promise<Solved> {
  const start = performance.now();
  const stack = await executeProgram(compressed, abiEncode(program.abi, inputs), refuseForeignCall);
  const witness = encodeWitnessStack(stack);
  const publicInputs = readsStatement ? statementOf(compressed, stack) : undefined;
  return { witness, publicInputs, seconds: (performance.now() - start) / 1_000 };
}

/**
 * The public witnesses in the order of their numbers, as `bb` gives them. The last of a stack is that of the circuit
 * itself.
 */
function statementOf(compressed: Uint8Array, stack: WitnessStack): string[] {
  const map = getPublicWitness(compressed, stack.at(-1)!.witness);
  return [...map].sort(([a], [b]) => a - b).map(([, value]) => value);
}

async function refuseForeignCall(name: string): Promise<never[]> {
  if (name === "print") return [];
  throw new Error(`the circuit calls the oracle ${name}, and there is none`);
}

/** Runs the circuit again with its debug information, which is not worth keeping in memory for the usual case. */
async function explain({ program }: Loaded, inputs: InputMap, error: unknown): Promise<Unsatisfied> {
  const plain = { assertion: messageOf(error), location: undefined };
  if (program.debugPath === undefined) return plain;
  try {
    const debug = JSON.parse(gunzipSync(await readFile(program.debugPath)).toString());
    const bytecode = gzipSync(program.bytecode).toString("base64");
    await new Noir({ ...debug, abi: program.abi, bytecode } as NoirProgram).execute(inputs);
    return plain;
  } catch (detailed) {
    const stack = (detailed as { noirCallStack?: string[] }).noirCallStack;
    return { assertion: messageOf(detailed), location: stack?.at(-1)?.replace(/^at /, "") };
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/^Circuit execution failed: /, "");
}
