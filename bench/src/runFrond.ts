import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { memoryBelow, type ProcessMemory } from "./processTree.ts";

export const executable = fileURLToPath(new URL("../../packages/cli/bin/frond.mjs", import.meta.url));

export type RanFrond = {
  readonly stdout: string;
  readonly seconds: number;
  /** Each step that the command has named, with the seconds from its start until then. */
  readonly steps: readonly { readonly step: string; readonly seconds: number }[];
  /** Each of its processes. */
  readonly processes: readonly ProcessMemory[];
};

/** Runs a `frond` command to its end, which has to be a success. */
export async function runFrond(...args: string[]): Promise<RanFrond> {
  const started = performance.now();
  const child = spawn(process.execPath, [executable, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const processes = new Map<number, ProcessMemory>();
  const sampling = setInterval(() => {
    for (const [pid, memory] of memoryBelow(child.pid!)) processes.set(pid, memory);
  }, 250);
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      printed[stream] += text;
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  clearInterval(sampling);
  if (code !== 0) throw new Error(`frond ${args.join(" ")} ended with ${code}:\n${printed.stderr}`);
  return {
    stdout: printed.stdout,
    seconds: (performance.now() - started) / 1_000,
    steps: stepsIn(printed.stderr),
    processes: [...processes.values()],
  };
}

/** A command that is not in a terminal prints a line `[  12.3 s] step` as each step begins. */
function stepsIn(printed: string): RanFrond["steps"] {
  return [...printed.matchAll(/^\[ *(\d+\.\d) s\] (.+)$/gm)].map(([, seconds, step]) => ({
    step: step!,
    seconds: Number(seconds),
  }));
}
