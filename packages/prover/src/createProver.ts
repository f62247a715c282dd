import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { bytesToField, fieldToBytes, hexToField, isField, type Logger, silentLogger } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { replaceVerifierAnchors } from "./bb/verifierAnchors.ts";
import { compileCircuit } from "./compile/compileCircuit.ts";
import {
  BarretenbergError,
  ProofDoesNotVerifyError,
  ProverClosedError,
  ProverProcessError,
  UnsatisfiableError,
} from "./errors.ts";
import { readOrMake } from "./files.ts";
import { keyPath, readPrepared, writePrepared } from "./keyCache.ts";
import { type Child, startChild } from "./process/child.ts";
import type {
  Executed,
  Keyed,
  Memory,
  ProveArgument,
  Proven,
  Refused,
  StartArgument,
  VerifyArgument,
} from "./process/proverProcess.ts";
import { makeSocketDirectory } from "./process/socketDirectory.ts";
import { createMeter } from "./progress.ts";
import type { Abi, OnProgress, PreparedCircuit, Prover, ReferenceString } from "./types.ts";
import type { Unsatisfied } from "./witness/witnessThread.ts";

export type ProverOptions = {
  readonly referenceString: ReferenceString;
  /** `~/.cache/frond` by default. */
  readonly cacheDirectory?: string | undefined;
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

/** What the process needs to know of a circuit. */
type Loadable = { readonly abi: Abi; readonly bytecode: Uint8Array; readonly debugPath?: string | undefined };

type Running = {
  readonly child: Child;
  readonly directory: string;
  readonly loaded: Map<string, Promise<void>>;
  bbPid: number;
};

/**
 * Starts a prover: one process of low CPU priority that makes witnesses in a thread and owns a native `bb`. A process
 * that dies is started again, and what it was doing is
 * done again, a few times. All processes end with this one, however it ends.
 */
export async function createProver(options: ProverOptions): Promise<Prover> {
  const { referenceString, cacheDirectory = defaultCacheDirectory(), logger = silentLogger, onProgress } = options;
  const restarts = options.restarts ?? RESTARTS;
  let running: Promise<Running> | undefined;
  let closed = false;
  let peak: Memory = { bb: 0, process: 0 };

  async function start(): Promise<Running> {
    const directory = await makeSocketDirectory();
    const child = startChild(new URL("./process/proverProcess.ts", import.meta.url));
    try {
      const { bbPid } = await child.call<{ bbPid: number }>("start", {
        bbPath: referenceString.bbPath,
        crsDirectory: referenceString.directory,
        directory,
        threads: options.threads ?? availableParallelism(),
        memoryLimit: options.memoryLimit ?? 6 * 2 ** 30,
        niceness: options.niceness ?? 10,
      } satisfies StartArgument);
      return { child, directory, loaded: new Map(), bbPid };
    } catch (error) {
      await stop(child, directory);
      throw error;
    }
  }

  async function request<T>(method: string, argument: unknown, circuit?: Loadable & { digest: string }): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      if (closed) throw new ProverClosedError();
      running ??= start();
      const current = running;
      try {
        const process = await current;
        if (circuit) await ensureLoaded(process, circuit);
        const result = await process.child.call<T>(method, argument);
        await samplePeak(process);
        return result;
      } catch (error) {
        if (closed) throw new ProverClosedError();
        if (!(error instanceof ProverProcessError)) throw error;
        await replace(current);
        if (attempt >= restarts) throw error;
        logger.warn("Prover process is started again", { method, attempt, reason: error.message });
      }
    }
  }

  async function ensureLoaded({ child, loaded }: Running, circuit: Loadable & { digest: string }): Promise<void> {
    const { digest, abi, bytecode, debugPath } = circuit;
    const loading = loaded.get(digest) ?? child.call<void>("load", { digest, abi, bytecode, debugPath });
    loaded.set(digest, loading);
    await loading;
  }

  /** Forgets the running process, once, whoever notices first. */
  async function replace(current: Promise<Running>): Promise<void> {
    if (running !== current) return;
    running = undefined;
    const process = await current.catch(() => undefined);
    if (process) await stop(process.child, process.directory);
  }

  async function samplePeak({ child }: Running): Promise<void> {
    const now = await child.call<Memory>("memory", undefined).catch(() => peak);
    peak = { bb: Math.max(peak.bb, now.bb), process: Math.max(peak.process, now.process) };
  }

  return {
    referenceString,

    async prepare(source, target) {
      const circuit = await compileCircuit(source, { cacheDirectory, onProgress });
      const { name, digest } = circuit;
      const place = { cacheDirectory, referenceString, circuit, target };
      const make = async (): Promise<PreparedCircuit> => {
        const advance = createMeter(`Computing the key of ${name}`, 1, onProgress);
        const keyed = refuse(
          await request<Keyed | Refused>("key", { digest, target, largest: referenceString.points - 1 }, circuit),
          "compute the key of",
          name,
        );
        const { bytes, fields, hash, gates, dyadic } = keyed;
        const key = { bytes, fields: fields.map(bytesToField), hash: bytesToField(hash) };
        const prepared: PreparedCircuit = { ...circuit, target, gates, dyadic, key };
        await writePrepared(place, prepared);
        advance(1);
        return prepared;
      };
      return readOrMake(keyPath(place), { read: () => readPrepared(place), make });
    },

    async prove(circuit, inputs) {
      const { name, digest, target, key } = circuit;
      const argument: ProveArgument = { digest, target, key: key.bytes, inputs };
      const reply = await request<Proven | Unsatisfied | Refused>("prove", argument, circuit);
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
    },

    async execute(circuit, inputs) {
      const { name, digest } = circuit;
      const reply = await request<Executed | Unsatisfied>("execute", { digest, inputs }, circuit);
      if ("assertion" in reply) throw new UnsatisfiableError({ circuit: name, ...reply });
      return { publicInputs: reply.publicInputs.map(hexToField), witnessSeconds: reply.seconds };
    },

    async verify({ target, key }, { publicInputs, proof }) {
      // Barretenberg reduces what it reads, and another text of the same proof is not that proof.
      if (![...publicInputs, ...proof].every(isField)) return false;
      const argument: VerifyArgument = {
        target,
        key: key.bytes,
        publicInputs: publicInputs.map(fieldToBytes),
        proof: proof.map(fieldToBytes),
      };
      // A refusal is about the proof's form, so it is an answer too.
      return (await request<boolean | Refused>("verify", argument)) === true;
    },

    async solidityVerifier({ name, target, key }) {
      if (target !== "evm")
        throw new BarretenbergError("write a Solidity verifier of", name, `it was prepared for the target "${target}"`);
      const reply = await request<string | Refused>("solidityVerifier", { key: key.bytes });
      if (typeof reply !== "string") throw new BarretenbergError("write a Solidity verifier of", name, reply.refused);
      return referenceString.kind === "development" ? replaceVerifierAnchors(reply, name) : reply;
    },

    memory() {
      return { peakBytes: peak.bb + peak.process, bbPeakBytes: peak.bb, processPeakBytes: peak.process };
    },

    async close() {
      if (closed) return;
      closed = true;
      const process = await running?.catch(() => undefined);
      if (process) await stop(process.child, process.directory);
    },
  };
}

async function stop(child: Child, directory: string): Promise<void> {
  await child.stop();
  await rm(directory, { recursive: true, force: true });
}

function refuse<T extends object>(reply: T | Refused, operation: string, circuit: string): T {
  if ("refused" in reply) throw new BarretenbergError(operation, circuit, reply.refused);
  return reply;
}
