import { rm } from "node:fs/promises";
import type { Logger } from "@frond/foundation";
import { ProverClosedError, ProverProcessError } from "../errors.ts";
import type { Abi } from "../types.ts";
import { type Child, startChild } from "./child.ts";
import type { Memory, StartArgument } from "./proverProcess.ts";
import { makeSocketDirectory } from "./socketDirectory.ts";

/** What the process needs to know of a circuit. */
type Loadable = {
  readonly digest: string;
  readonly abi: Abi;
  readonly bytecode: Uint8Array;
  readonly debugPath?: string | undefined;
};

/** The process of a prover, which is started when it is needed and again when it died. */
export type KeptProcess = {
  /**
   * Asks the process, which has loaded the circuit before. @throws ProverClosedError, ProverProcessError after the last
   * attempt
   */
  request<T>(method: string, argument: unknown, circuit?: Loadable): Promise<T>;
  /** Resident bytes at the peak, of all processes that there were. */
  peak(): Memory;
  close(): Promise<void>;
};

export type KeepProcessOptions = Omit<StartArgument, "directory"> & {
  /** How often one request is begun again after the process under it died. */
  readonly restarts: number;
  readonly logger: Logger;
};

type Running = { readonly child: Child; readonly directory: string; readonly loaded: Map<string, Promise<void>> };

export function keepProverProcess({ restarts, logger, ...options }: KeepProcessOptions): KeptProcess {
  let running: Promise<Running> | undefined;
  let isClosed = false;
  let peak: Memory = { bb: 0, process: 0 };

  /** Forgets the running process, once, whoever notices first. */
  async function replace(current: Promise<Running>): Promise<void> {
    if (running !== current) return;
    running = undefined;
    const process = await current.catch(() => undefined);
    if (process) await stop(process);
  }

  async function samplePeak({ child }: Running): Promise<void> {
    const now = await child.call<Memory>("memory", undefined).catch(() => peak);
    peak = { bb: Math.max(peak.bb, now.bb), process: Math.max(peak.process, now.process) };
  }

  return {
    async request<T>(method: string, argument: unknown, circuit?: Loadable): Promise<T> {
      for (let attempt = 0; ; attempt++) {
        if (isClosed) throw new ProverClosedError();
        running ??= start(options);
        const current = running;
        try {
          const process = await current;
          if (circuit) await load(process, circuit);
          const result = await process.child.call<T>(method, argument);
          await samplePeak(process);
          return result;
        } catch (error) {
          if (isClosed) throw new ProverClosedError();
          if (!(error instanceof ProverProcessError)) throw error;
          await replace(current);
          if (attempt >= restarts) throw error;
          logger.warn("Prover process is started again", { method, attempt, reason: error.message });
        }
      }
    },
    peak: () => peak,
    async close() {
      if (isClosed) return;
      isClosed = true;
      const process = await running?.catch(() => undefined);
      if (process) await stop(process);
    },
  };
}

async function start(options: Omit<StartArgument, "directory">): Promise<Running> {
  const directory = await makeSocketDirectory();
  const child = startChild(new URL("./proverProcess.ts", import.meta.url));
  try {
    await child.call("start", { ...options, directory } satisfies StartArgument);
    return { child, directory, loaded: new Map() };
  } catch (error) {
    await stop({ child, directory });
    throw error;
  }
}

async function load({ child, loaded }: Running, circuit: Loadable): Promise<void> {
  const { digest, abi, bytecode, debugPath } = circuit;
  const loading = loaded.get(digest) ?? child.call<void>("load", { digest, abi, bytecode, debugPath });
  loaded.set(digest, loading);
  await loading;
}

async function stop({ child, directory }: Pick<Running, "child" | "directory">): Promise<void> {
  await child.stop();
  await rm(directory, { recursive: true, force: true });
}
