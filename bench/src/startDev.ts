import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { sleep } from "@frond/foundation";

/** A `frond dev` that tells its events. */
export type DevProcess = {
  /** Resolves with the next event of that name; those before are passed over. @throws as `requireRunning` */
  event<T>(name: string): Promise<T>;
  /** @throws if `frond dev` has ended, or has told of a mistake */
  requireRunning(): void;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>;
};

export type StartDevOptions = {
  /** A folder with a `frond.config.ts`; the network's data is in `.frond` below it. */
  readonly project: string;
  readonly executable: string;
  readonly args: readonly string[];
  /** Told of each step that it names. */
  readonly progress: (text: string) => void;
};

type Event = { readonly event: string; readonly error?: { readonly message: string } };

const LOOK_MILLISECONDS = 5;

export function startDev({ project, executable, args, progress }: StartDevOptions): DevProcess {
  const options = ["--data", ".frond", "--coordinator-port", "0", "--json", ...args];
  const { VITEST: _vitest, NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(process.execPath, [executable, "dev", ...options], {
    ...{ cwd: project, env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const events: Event[] = [];
  let printed = "";
  let isOver = false;
  createInterface(child.stdout).on("line", (line) => events.push(JSON.parse(line)));
  createInterface(child.stderr).on("line", (line) => {
    printed = `${printed}${line}\n`.slice(-10_000);
    progress(line.replace(/^\[ *[\d.]+ s\] /, ""));
  });
  const ended = new Promise<void>((resolve) =>
    child.once("close", () => {
      isOver = true;
      resolve();
    }),
  );
  let passed = 0;
  function requireRunning(): void {
    if (isOver) throw new Error(`frond dev has ended:\n${printed}`);
    const mistake = events.find(({ error }) => error !== undefined);
    if (mistake !== undefined) throw new Error(`frond dev tells of a mistake: ${mistake.error!.message}`);
  }
  return {
    requireRunning,
    async event<T>(name: string) {
      for (;;) {
        const found = events.slice(passed).findIndex(({ event }) => event === name);
        if (found >= 0) {
          passed += found + 1;
          return events[passed - 1] as T;
        }
        requireRunning();
        await sleep(LOOK_MILLISECONDS);
      }
    },
    async stop() {
      child.kill("SIGINT");
      await ended;
    },
  };
}
