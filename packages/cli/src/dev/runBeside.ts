import { spawn } from "node:child_process";
import { endsWithin } from "@frond/foundation";
import { BesideError } from "../errors.ts";

/** A command that runs beside the network. */
export type Beside = {
  /** Rejects when the command ends by itself. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
};

const CLOSE_MILLISECONDS = 5_000;

/** Runs a command in a process group of its own, with what it prints shown. The group ends with this process. */
export function runBeside([name, ...args]: readonly string[]): Beside {
  const child = spawn(name!, args, { stdio: ["ignore", "inherit", "inherit"], detached: true });
  let isClosing = false;
  const signal = (which: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, which);
    } catch {
      // The group has ended.
    }
  };
  const kill = () => signal("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, by) => resolve(by === null ? `it ended with code ${code}` : `${by} ended it`));
  });
  const failed = ended.then((how): never => {
    throw isClosing ? undefined : new BesideError([name, ...args].join(" "), how);
  });
  failed.catch(() => {});
  return {
    failed,
    async close() {
      isClosing = true;
      signal("SIGTERM");
      if (!(await endsWithin(ended, CLOSE_MILLISECONDS))) kill();
      process.removeListener("exit", kill);
    },
  };
}
