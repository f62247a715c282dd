import { readFileSync, rmSync } from "node:fs";
import { setPriority } from "node:os";
import { Barretenberg } from "@aztec/bb.js";
import { sleep } from "@frond/foundation";
import { BbConnection } from "../bb/bbConnection.ts";
import { type Settings, settingsFor } from "../bb/settings.ts";
import type { InputMap, Target } from "../types.ts";
import { createWitnessMaker } from "../witness/witnessMaker.ts";
import type { Program, Unsatisfied } from "../witness/witnessThread.ts";
import { createLimiter } from "./limiter.ts";
import { serve } from "./serve.ts";

export type StartArgument = {
  readonly bbPath: string;
  readonly crsDirectory: string;
  /** Of this process alone; holds the socket, and is removed at its end. */
  readonly directory: string;
  readonly threads: number;
  /** Resident bytes over which `bb`, or the witness thread, is replaced between two jobs. */
  readonly memoryLimit: number;
  readonly niceness: number;
};
export type Memory = { readonly bb: number; readonly process: number };
export type Keyed = {
  readonly bytes: Uint8Array;
  readonly fields: Uint8Array[];
  readonly hash: Uint8Array;
  readonly gates: number;
  readonly dyadic: number;
};
export type KeyArgument = { readonly digest: string; readonly target: Target; readonly largest: number };
export type ProveArgument = {
  readonly digest: string;
  readonly target: Target;
  readonly key: Uint8Array;
  readonly inputs: InputMap;
};
export type Proven = {
  readonly publicInputs: Uint8Array[];
  readonly proof: Uint8Array[];
  readonly verified: boolean;
  readonly witnessSeconds: number;
  readonly provingSeconds: number;
  readonly verifyingSeconds: number;
};
export type Executed = { readonly publicInputs: readonly string[]; readonly seconds: number };
export type VerifyArgument = {
  readonly target: Target;
  readonly key: Uint8Array;
  readonly publicInputs: Uint8Array[];
  readonly proof: Uint8Array[];
};
/** `bb` understood the request and refused it: doing it again is useless. */
export type Refused = { readonly refused: string };

let options: StartArgument;
let connection: BbConnection;
let bb: Barretenberg;
const programs = new Map<string, Program>();
const witnessMaker = createWitnessMaker();

// `bb` does one thing at a time. Two jobs are in hand: one is proven while the witness of the other is made, so at most
// two witnesses are in memory.
const inHand = createLimiter(2);
const witnessing = createLimiter(1);
const proving = createLimiter(1);

serve({ start, load, key, execute, prove, verify, solidityVerifier, memory }, { onOrphaned: removeDirectory });
process.on("exit", () => connection && process.kill(connection.pid, "SIGKILL"));

async function start(argument: StartArgument): Promise<void> {
  options = argument;
  setPriority(options.niceness);
  await startBb();
}

async function startBb(): Promise<void> {
  connection = await BbConnection.start(options);
  bb = new Barretenberg(connection, {});
}

function load(program: Program): void {
  // Whoever only verifies needs no thread for witnesses.
  witnessMaker.warm();
  programs.set(program.digest, program);
}

function key({ digest, target, largest }: KeyArgument): Promise<Keyed | Refused> {
  return inBb(async () => {
    const { bytecode } = programs.get(digest)!;
    const settings = settingsFor(target);
    const circuit = { name: digest, bytecode, verificationKey: new Uint8Array() };
    const { numGates, numGatesDyadic } = await bb.circuitStats({ circuit, includeGatesPerOpcode: false, settings });
    if (numGatesDyadic > largest) {
      return {
        refused: `it has ${numGates} gates (2^${Math.log2(numGatesDyadic)} rows), and the reference string is enough for ${largest}`,
      };
    }
    const { bytes, fields, hash } = await bb.circuitComputeVk({ circuit: { name: digest, bytecode }, settings });
    return { bytes, fields, hash, gates: numGates, dyadic: numGatesDyadic };
  });
}

async function execute({ digest, inputs }: Pick<ProveArgument, "digest" | "inputs">): Promise<Executed | Unsatisfied> {
  const made = await witnessing(() => witnessMaker.make(programs.get(digest)!, inputs, { readsStatement: true }));
  return "assertion" in made ? made : { publicInputs: made.publicInputs ?? [], seconds: made.seconds };
}

function prove({ digest, target, key, inputs }: ProveArgument): Promise<Proven | Unsatisfied | Refused> {
  return inHand(async () => {
    const program = programs.get(digest)!;
    const made = await witnessing(async () => {
      if (process.memoryUsage().rss > options.memoryLimit) await witnessMaker.discard();
      return witnessMaker.make(program, inputs);
    });
    if ("assertion" in made) return made;
    return inBb(async () => {
      const settings = settingsFor(target);
      const circuit = { name: digest, bytecode: program.bytecode, verificationKey: key };
      const start = performance.now();
      const { publicInputs, proof } = await bb.circuitProve({ witness: made.witness, circuit, settings });
      const proven = performance.now();
      const { verified } = await bb.circuitVerify({ verificationKey: key, publicInputs, proof, settings });
      const provingSeconds = (proven - start) / 1_000;
      const verifyingSeconds = (performance.now() - proven) / 1_000;
      return { publicInputs, proof, verified, witnessSeconds: made.seconds, provingSeconds, verifyingSeconds };
    });
  });
}

function verify({ target, key, publicInputs, proof }: VerifyArgument): Promise<boolean | Refused> {
  return inBb(async () => {
    const settings = settingsFor(target);
    return (await bb.circuitVerify({ verificationKey: key, publicInputs, proof, settings })).verified;
  });
}

function solidityVerifier({ key }: { key: Uint8Array }): Promise<string | Refused> {
  return inBb(async () => {
    const settings: Settings = { ...settingsFor("evm"), optimizedSolidityVerifier: true };
    return (await bb.circuitWriteSolidityVerifier({ verificationKey: key, settings })).solidityCode;
  });
}

let bbPeak = 0;

function memory(): Memory {
  bbPeak = Math.max(bbPeak, readStatus("VmHWM"));
  return { bb: bbPeak, process: process.resourceUsage().maxRSS * 1_024 };
}

/**
 * Does one thing in `bb`. Replaces a `bb` that has grown too large; when it died, this process ends too, for its parent
 * to start anew.
 */
function inBb<T>(work: () => Promise<T>): Promise<T | Refused> {
  return proving(async () => {
    try {
      return await work();
    } catch (error) {
      // Time for the socket's end to be followed by the news of the process's.
      await sleep(50);
      if (connection.ended) process.exit(1);
      return { refused: error instanceof Error ? error.message : String(error) };
    } finally {
      memory();
      if (readStatus("VmRSS") > options.memoryLimit) {
        await connection.destroy();
        await startBb();
      }
    }
  });
}

/** A line of /proc/<pid>/status of `bb`, in bytes; 0 where there is no /proc. */
function readStatus(name: "VmRSS" | "VmHWM"): number {
  try {
    const line = readFileSync(`/proc/${connection.pid}/status`, "utf8").match(
      new RegExp(`^${name}:\\s+(\\d+) kB`, "m"),
    );
    return Number(line?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

function removeDirectory(): void {
  if (options) rmSync(options.directory, { recursive: true, force: true });
}
