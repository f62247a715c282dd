import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { memoryBelow, type ProcessMemory } from "./processTree.ts";
import type { Section } from "./report.ts";
import { executable } from "./runFrond.ts";

const READY = "Frond is running";

type Started = {
  readonly readySeconds: number;
  /** Highest resident memory of the network's process and those of its layers, and of the prover's processes. */
  readonly networkBytes: number;
  readonly proverBytes: number;
};

/** `frond start` from nothing and from its caches, and the memory that one epoch takes. */
export const startup: Section = {
  name: "startup",
  noSmallForm: "it is about what is in no cache: the reference string, circuits and keys",
  async run(progress) {
    const directory = await mkdtemp(join(tmpdir(), "frond-bench-"));
    try {
      progress("from nothing: reference string, circuits, keys, contracts; then one epoch");
      const cold = await start(directory, { epochs: 1, progress });
      progress("again");
      const warm = await start(directory, { progress });
      return [
        {
          name: "start-up from nothing / again",
          value: cold.readySeconds / warm.readySeconds,
          unit: "x",
          details: { "from nothing (s)": cold.readySeconds, "again (s)": warm.readySeconds },
        },
        {
          name: "peak memory of the network and its layers, one epoch",
          value: Math.round(cold.networkBytes / 1e6),
          unit: "MB",
          details: { "started again, without an epoch (MB)": Math.round(warm.networkBytes / 1e6) },
        },
        {
          name: "peak memory of the prover, one epoch",
          value: Math.round(cold.proverBytes / 1e6),
          unit: "MB",
          details: { "started again, before its first proof (MB)": Math.round(warm.proverBytes / 1e6) },
        },
      ];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

/** Runs `frond start`: until so many epochs have settled, or, without a number, until it is ready. */
async function start(
  directory: string,
  { epochs, progress }: { readonly epochs?: number; readonly progress: (text: string) => void },
): Promise<Started> {
  const places = ["--data", join(directory, "data"), "--cache", join(directory, "cache")];
  const work = epochs === undefined ? [] : ["--epochs", String(epochs)];
  const started = performance.now();
  const child = spawn(process.execPath, [executable, "start", ...places, "--port", "0", "--json", ...work], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  createInterface(child.stderr).on("line", progress);
  const peaks = new Map<number, ProcessMemory>();
  const sampling = setInterval(() => {
    for (const [pid, memory] of memoryBelow(child.pid!)) peaks.set(pid, memory);
  }, 250);
  try {
    await lineOf(child, READY);
    const readySeconds = (performance.now() - started) / 1000;
    if (epochs === undefined) child.kill("SIGTERM");
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(`frond start ended with ${code}.`);
    const sum = (isCounted: (command: string, pid: number) => boolean) =>
      [...peaks].reduce((total, [pid, { command, peakBytes }]) => total + (isCounted(command, pid) ? peakBytes : 0), 0);
    return {
      readySeconds,
      networkBytes: sum((command, pid) => pid === child.pid || command.includes("layerProcess")),
      proverBytes: sum((command) => /proverProcess|\/bb /.test(command)),
    };
  } finally {
    clearInterval(sampling);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await ended;
    }
  }
}

/** Waits for a line on either output; rejects with what was printed if the process ends first. */
const lineOf = (child: ChildProcess, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let printed = "";
    const read = (part: Buffer) => {
      printed = (printed + part).slice(-10_000);
      if (printed.includes(text)) resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("close", (code) => reject(new Error(`frond start ended with ${code}:\n${printed}`)));
  });
