import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "@frond/foundation";
import { descendantsOf } from "./processes.ts";

const executable = fileURLToPath(new URL("../../../cli/bin/frond.mjs", import.meta.url));

export type FrondWorker = {
  readonly pid: number;
  readonly id: string;
  /** What it has said so far. */
  readonly events: readonly { readonly event: string; readonly job?: string; readonly code?: string }[];
  readonly stderr: () => string;
  /** Waits for the end, and gives the exit code. */
  ended(): Promise<number | null>;
  signal(name: NodeJS.Signals): Promise<number | null>;
  /** Kills it and everything below it. */
  kill(): Promise<void>;
};

/** Runs `frond worker`, and waits until it has joined the queue (or says that there is none). */
export async function startFrondWorker(options: {
  readonly url: string;
  readonly id: string;
  readonly cacheDirectory: string;
  readonly memory?: string;
  readonly workers?: number;
  readonly threads?: number;
}): Promise<FrondWorker> {
  const { url, id, cacheDirectory, memory = "2G", workers = 1, threads = 1 } = options;
  const args = ["worker", "--nats", url, "--id", id, "--cache", cacheDirectory, "--json"];
  args.push("--memory", memory, "--workers", `${workers}`, "--threads", `${threads}`);
  const child = spawn(process.execPath, [executable, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const worker = follow(child, id);
  await until(() => worker.events.length > 0 || child.exitCode !== null);
  if (worker.events.length === 0) throw new Error(`frond worker did not begin: ${worker.stderr()}`);
  return worker;
}

function follow(child: ChildProcess, id: string): FrondWorker {
  const events: FrondWorker["events"][number][] = [];
  let rest = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) events.push(JSON.parse(line));
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-10_000);
  });
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const pid = child.pid!;
  return {
    pid,
    id,
    events,
    stderr: () => stderr,
    ended: () => exited,
    signal(name) {
      child.kill(name);
      return exited;
    },
    async kill() {
      const below = descendantsOf(pid);
      child.kill("SIGKILL");
      for (const one of below) {
        try {
          process.kill(one.pid, "SIGKILL");
        } catch {
          // It ended with its parent.
        }
      }
      await exited;
    },
  };
}
