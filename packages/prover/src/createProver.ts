import { availableParallelism } from "node:os";
import { join } from "node:path";
import { bytesToField, fieldToBytes, hexToField, isField, type Logger, silentLogger } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { replaceVerifierAnchors } from "./bb/verifierAnchors.ts";
import { compileCircuit } from "./compile/compileCircuit.ts";
import { BarretenbergError, ProofDoesNotVerifyError, UnsatisfiableError } from "./errors.ts";
import { readOrMake } from "./files.ts";
import { cachedKeys, KEPT_KEYS, keyName, readKey, writeKey } from "./keyCache.ts";
import { type KeptProcess, keepProverProcess } from "./process/keepProverProcess.ts";
import type { Executed, Keyed, ProveArgument, Proven, Refused, VerifyArgument } from "./process/proverProcess.ts";
import { createMeter } from "./progress.ts";
import type {
  CircuitSource,
  Execution,
  InputMap,
  OnProgress,
  PreparedCircuit,
  ProofResult,
  Prover,
  ReferenceString,
  Target,
} from "./types.ts";
import type { Unsatisfied } from "./witness/witnessThread.ts";

export type ProverOptions = {
  readonly referenceString: ReferenceString;
  /** `~/.cache/frond` by default. */
  readonly cacheDirectory?: string | undefined;
  /**
   * Whether keys are computed here even if they come with Frond; false by default. The cache holds computed keys only.
   */
  readonly computesKeys?: boolean | undefined;
  /** Of `bb`; all processors by default. */
  readonly threads?: number | undefined;
  /**
   * Resident bytes over which `bb` (or the witness thread) is replaced between two jobs; 6 GiB by default. A single
   * proof may need more: 2^21 rows take about 2 GB.
   */
  readonly memoryLimit?: number | undefined;
  /**
   * How far below this process the prover runs, from 0 (the same) to 19; 10 by default, so that a proof does not delay
   * a preconfirmation.
   */
  readonly niceness?: number | undefined;
  /** How often one request is begun again after the process under it died; 2 by default. */
  readonly restarts?: number | undefined;
  readonly logger?: Logger | undefined;
  readonly onProgress?: OnProgress | undefined;
};

const RESTARTS = 2;
const NICENESS = 10;
const MEMORY_LIMIT_BYTES = 6 * 2 ** 30;

/**
 * Starts a prover: one process of low CPU priority that makes witnesses in a thread and owns a native `bb`. A process
 * that dies is started again, and what it was doing is
 * done again, a few times. All processes end with this one, however it ends.
 */
export async function createProver(options: ProverOptions): Promise<Prover> {
  const { referenceString, cacheDirectory = defaultCacheDirectory(), logger = silentLogger, onProgress } = options;
  const { computesKeys = false } = options;
  const preparing = { referenceString, cacheDirectory, computesKeys, onProgress };
  const process = keepProverProcess({
    bbPath: referenceString.bbPath,
    crsDirectory: referenceString.directory,
    threads: options.threads ?? availableParallelism(),
    memoryLimit: options.memoryLimit ?? MEMORY_LIMIT_BYTES,
    niceness: options.niceness ?? NICENESS,
    restarts: options.restarts ?? RESTARTS,
    logger,
  });
  return {
    referenceString,
    prepare: (source, target) => prepare(process, { ...preparing, source, target }),
    prove: (circuit, inputs) => prove(process, { circuit, inputs, logger }),
    execute: (circuit, inputs) => execute(process, circuit, inputs),
    verify: (circuit, proof) => verify(process, circuit, proof),
    solidityVerifier: (circuit) => solidityVerifier(process, circuit, referenceString),
    memory() {
      const { bb, process: own } = process.peak();
      return { peakBytes: bb + own, bbPeakBytes: bb, processPeakBytes: own };
    },
    close: () => process.close(),
  };
}

type PrepareOptions = {
  readonly source: CircuitSource;
  readonly target: Target;
  readonly referenceString: ReferenceString;
  readonly cacheDirectory: string;
  readonly computesKeys: boolean;
  readonly onProgress: OnProgress | undefined;
};

/** Compiles and keys a circuit, unless the cache has both, or the key comes with Frond. */
async function prepare(process: KeptProcess, options: PrepareOptions): Promise<PreparedCircuit> {
  const { source, target, referenceString, cacheDirectory, computesKeys, onProgress } = options;
  const circuit = await compileCircuit(source, { cacheDirectory, onProgress });
  const { name, digest } = circuit;
  const of = { digest, target, referenceString };
  const cache = cachedKeys(cacheDirectory);
  const make = async () => {
    const advance = createMeter(`Computing the key of ${name}`, 1, onProgress);
    const argument = { digest, target, largest: referenceString.points - 1 };
    const keyed = refuse(await process.request<Keyed | Refused>("key", argument, circuit), "compute the key of", name);
    const { bytes, fields, hash, gates, dyadic } = keyed;
    const made = { gates, dyadic, key: { bytes, fields: fields.map(bytesToField), hash: bytesToField(hash) } };
    await writeKey(of, made, cache);
    advance(1);
    return made;
  };
  const read = async () => (computesKeys ? undefined : await readKey(of, KEPT_KEYS)) ?? (await readKey(of, cache));
  return { ...circuit, target, ...(await readOrMake(join(cache, keyName(of)), { read, make })) };
}

async function prove(
  process: KeptProcess,
  {
    circuit,
    inputs,
    logger,
  }: { readonly circuit: PreparedCircuit; readonly inputs: InputMap; readonly logger: Logger },
): Promise<ProofResult> {
  const { name, digest, target, key } = circuit;
  const argument: ProveArgument = { digest, target, key: key.bytes, inputs };
  const reply = await process.request<Proven | Unsatisfied | Refused>("prove", argument, circuit);
  if ("assertion" in reply) throw new UnsatisfiableError({ circuit: name, ...reply });
  const proven = refuse(reply, "prove", name);
  if (!proven.verified) throw new ProofDoesNotVerifyError(name);
  const { witnessSeconds, provingSeconds, verifyingSeconds } = proven;
  logger.debug("Proven", { circuit: name, witnessSeconds, provingSeconds, verifyingSeconds });
  return {
    publicInputs: proven.publicInputs.map(bytesToField),
    proof: proven.proof.map(bytesToField),
    proofBytes: new Uint8Array(Buffer.concat(proven.proof)),
    witnessSeconds,
    provingSeconds,
    verifyingSeconds,
  };
}

async function execute(process: KeptProcess, circuit: PreparedCircuit, inputs: InputMap): Promise<Execution> {
  const { name, digest } = circuit;
  const reply = await process.request<Executed | Unsatisfied>("execute", { digest, inputs }, circuit);
  if ("assertion" in reply) throw new UnsatisfiableError({ circuit: name, ...reply });
  return { publicInputs: reply.publicInputs.map(hexToField), witnessSeconds: reply.seconds };
}

async function verify(
  process: KeptProcess,
  { target, key }: PreparedCircuit,
  { publicInputs, proof }: Pick<ProofResult, "publicInputs" | "proof">,
): Promise<boolean> {
  // Barretenberg reduces what it reads, and another text of the same proof is not that proof.
  if (![...publicInputs, ...proof].every(isField)) return false;
  const argument: VerifyArgument = {
    target,
    key: key.bytes,
    publicInputs: publicInputs.map(fieldToBytes),
    proof: proof.map(fieldToBytes),
  };
  // A refusal is about the proof's form, so it is an answer too.
  return (await process.request<boolean | Refused>("verify", argument)) === true;
}

async function solidityVerifier(
  process: KeptProcess,
  { name, target, key }: PreparedCircuit,
  { kind }: ReferenceString,
): Promise<string> {
  const operation = "write a Solidity verifier of";
  if (target !== "evm") throw new BarretenbergError(operation, name, `it was prepared for the target "${target}"`);
  const reply = await process.request<string | Refused>("solidityVerifier", { key: key.bytes });
  if (typeof reply !== "string") throw new BarretenbergError(operation, name, reply.refused);
  return kind === "development" ? replaceVerifierAnchors(reply, name) : reply;
}

function refuse<T extends object>(reply: T | Refused, operation: string, circuit: string): T {
  if ("refused" in reply) throw new BarretenbergError(operation, circuit, reply.refused);
  return reply;
}
