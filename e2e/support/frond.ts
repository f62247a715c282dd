import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sleep } from "@frond/foundation";

export const executable = fileURLToPath(new URL("../../packages/cli/bin/frond.mjs", import.meta.url));

/** Free ports for the trunk and the coordinator. */
export const ports = ["--port", "0", "--coordinator-port", "0"] as const;

/** The network description `configs/<name>/frond.config.ts`. */
export function configPath(name: string): string {
  return fileURLToPath(new URL(`../configs/${name}/frond.config.ts`, import.meta.url));
}

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Where a command runs, if not where the tests do. */
export type At = { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> };

const spawnOptions = ({ cwd, env }: At) => ({
  stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"],
  cwd,
  env: { ...process.env, ...env },
});

/** Runs a `frond` command to its end. */
export function frond(...args: string[]): Promise<Ended> {
  return frondAt({}, ...args);
}

/** Runs a `frond` command to its end in a folder of its own. */
export function frondAt(at: At, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [executable, ...args], spawnOptions(at));
  const output = collect(child);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...output })));
}

/** Runs a command with `--json` that has to succeed, and gives what it printed. */
export async function frondJson<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await frond(...args, "--json");
  if (code !== 0) throw new Error(`frond ${args.join(" ")} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** A `frond start` that goes on. */
export type Network = {
  readonly pid: number;
  /**
   * Resolves with the first line that contains the text, whenever it was printed; rejects if the process ends first.
   */
  line(text: string): Promise<string>;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<Ended>;
  signal(name: NodeJS.Signals): Promise<Ended>;
};

export function startNetwork(...args: string[]): Network {
  return startCommand("start", args);
}

/** A `frond recover coordinator` that goes on. */
export function startRecovered(...args: string[]): Network {
  return startCommand("recover", ["coordinator", ...args]);
}

/** A `frond node` that goes on; `prefix` is what the command begins with on another host. */
export function startNode(args: readonly string[], prefix: readonly string[] = []): Network {
  return startCommand("node", args, prefix);
}

/** A `frond member` that goes on. */
export function startMember(args: readonly string[]): Network {
  return startCommand("member", args);
}

/** A `frond follow` that goes on; `prefix` as of a node. */
export function startFollower(args: readonly string[], prefix: readonly string[]): Network {
  return startCommand("follow", args, prefix);
}

/** Any command that goes on; `prefix` as of a node. */
export function startCommand(
  command: string,
  args: readonly string[],
  prefix: readonly string[] = [],
  at: At = {},
): Network {
  const [program, ...words] = [...prefix, process.execPath, executable, command, ...args];
  const child = spawn(program!, words, spawnOptions(at));
  const output = collect(child);
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, ...output })));
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  return {
    pid: child.pid!,
    output,
    ended,
    async line(text) {
      for (;;) {
        const found = `${output.stdout}${output.stderr}`.split("\n").find((line) => line.includes(text));
        if (found !== undefined) return found;
        if (isOver)
          throw new Error(`frond ${command} ended before it said "${text}":\n${output.stdout}${output.stderr}`);
        await sleep(50);
      }
    },
    signal(name) {
      child.kill(name);
      return ended;
    },
  };
}

/** A data directory that is deleted at the end. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "frond-e2e-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Processes whose parent is, or was when they were listed, `pid`: with their command lines. */
export function descendantsOf(pid: number): { readonly pid: number; readonly command: string }[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^[0-9]+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const descends = (child: number): boolean => {
    const parent = parents.get(child);
    return parent !== undefined && (parent === pid || descends(parent));
  };
  return [...parents.keys()].filter(descends).map((child) => ({ pid: child, command: commandOf(child) }));
}

/** The processes of the local L1 of a network. */
export function layerOneProcesses(network: Network): ReturnType<typeof descendantsOf> {
  return descendantsOf(network.pid).filter(({ command }) => /anvil --host/.test(command));
}

/** Kills without a warning those that have not ended. */
export function killAll(processes: readonly { readonly pid: number }[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
}

export function isRunning(pid: number): boolean {
  try {
    // A zombie has ended: nobody has asked for its exit code yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Waits until something is true. */
export async function until(check: () => boolean | Promise<boolean>, what: string, seconds = 300): Promise<void> {
  const deadline = Date.now() + seconds * 1_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s in vain until ${what}.`);
    await sleep(100);
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    output.stderr += chunk;
  });
  return output;
}
