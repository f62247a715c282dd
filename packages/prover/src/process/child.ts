import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createAnswers } from "@frond/foundation";
import { loaderOptionsOf } from "@frond/foundation/node";
import { ProverProcessError } from "../errors.ts";
import type { Reply } from "./serve.ts";

/**
 * A forked process of ours that answers requests. Once it has ended, every request, under way or new, fails with
 * {@link ProverProcessError}.
 */
export type Child = {
  readonly pid: number;
  readonly ended: boolean;
  call<T>(method: string, argument: unknown, onEvent?: (event: never) => void): Promise<T>;
  /**
   * Disconnects, which lets the process clean up and end; kills it if it has not after some seconds, which it may need
   * on a busy machine.
   */
  stop(): Promise<void>;
};

const STOPPING_MILLISECONDS = 15_000;

/**
 * Starts `entry`, a module that calls `serve`, in a process of its own. It never keeps the caller's event loop alive by
 * itself: `stop` ends it.
 */
export function startChild(entry: URL, { environment = {} }: { environment?: Record<string, string> } = {}): Child {
  const child = fork(fileURLToPath(entry), [], {
    serialization: "advanced",
    execArgv: [...loaderOptionsOf(entry), "--no-warnings"],
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let lastWords = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-2_000);
  });

  const answers = createAnswers<unknown, ((event: never) => void) | undefined>();
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    const end = (reason: string) => {
      if (ended) return;
      ended = true;
      answers.rejectAll(new ProverProcessError(reason, { pid: child.pid, lastWords }));
      resolve();
    };
    child.on("error", (error) => end(error.message));
    child.on("exit", (code, signal) => end(`process ${child.pid} ended by ${signal ?? `exit code ${code}`}`));
  });

  child.on("message", (reply: Reply) => {
    if ("event" in reply) answers.kept(reply.id)?.(reply.event as never);
    else if ("failure" in reply) answers.reject(reply.id, new ProverProcessError(reply.failure, { pid: child.pid }));
    else answers.resolve(reply.id, reply.result);
  });

  return {
    pid: child.pid ?? 0,
    get ended() {
      return ended;
    },
    async call<T>(method: string, argument: unknown, onEvent?: (event: never) => void) {
      if (ended) throw new ProverProcessError(`process ${child.pid} has ended`, { lastWords });
      const { id, answer } = answers.expect(onEvent);
      child.send({ id, method, argument });
      return (await answer) as T;
    },
    async stop() {
      if (ended) return;
      disconnect(child);
      const timer = setTimeout(() => child.kill("SIGKILL"), STOPPING_MILLISECONDS);
      await exited;
      clearTimeout(timer);
    },
  };
}

function disconnect(child: ChildProcess): void {
  if (child.connected) child.disconnect();
}
