import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export type Forked<First> = {
  readonly pid: number;
  /** The first message that the process sent. */
  readonly first: First;
  /** Sends a request and gives the next message. One at a time. */
  ask<T>(request: unknown): Promise<T>;
  onMessage(listener: (message: unknown) => void): void;
  /** Disconnects, upon which the process cleans up and ends. Killed if it has not after ten seconds. */
  stop(): Promise<void>;
};

/** Runs a module of `processes/` in a process of its own, and waits for its first message. It ends with this one. */
export async function forkModule<First>(name: string, options: unknown): Promise<Forked<First>> {
  const child = fork(fileURLToPath(new URL(`./processes/${name}.ts`, import.meta.url)), [JSON.stringify(options)], {
    execArgv: ["--import", "tsx", "--no-warnings"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const first = (await nextMessage(child, name)) as First;
  return {
    pid: child.pid!,
    first,
    async ask<T>(request: unknown) {
      const answer = nextMessage(child, name);
      child.send(request as object);
      return (await answer) as T;
    },
    onMessage: (listener) => void child.on("message", listener),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
      if (child.connected) child.disconnect();
      await exited;
      clearTimeout(timer);
    },
  };
}

const nextMessage = (child: ChildProcess, name: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      child.off("exit", onExit);
      resolve(message);
    };
    const onExit = (code: number | null) => {
      child.off("message", onMessage);
      reject(new Error(`The process ${name} ended with ${code}. What it printed above says why.`));
    };
    child.once("message", onMessage);
    child.once("exit", onExit);
  });
