import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, resolve } from "node:path";
import { endsWithin, sleep } from "@frond/foundation";
import { BesideError } from "../errors.ts";

/** A command that runs beside the network. */
export type Beside = {
  /** Resolves when the command has ended with 0. @throws BesideError when it ended otherwise, or never began */
  readonly ended: Promise<void>;
  /** Ends the command with all that it has started: asked for by SIGTERM, and after five seconds by SIGKILL. */
  close(): Promise<void>;
};

export type BesideOptions = {
  /** Added to the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether stdout is for the events of this process alone: what the command prints goes to stderr then. */
  readonly toStderr: boolean;
  readonly closeMilliseconds?: number;
};

const CLOSE_MILLISECONDS = 5_000;
const LOOK_MILLISECONDS = 20;
const STDERR = 2;

/**
 * Runs a command in a process group of its own, with what it prints shown. Programs of the project's packages are found
 * by their names. The group ends with this process.
 */
export function runBeside([name, ...args]: readonly string[], options: BesideOptions): Beside {
  const child = spawn(name!, args, {
    stdio: ["ignore", options.toStderr ? STDERR : "inherit", "inherit"],
    env: { ...process.env, PATH: pathOfProject(), ...options.environment },
    detached: true,
  });
  /** Whether a process of the group is there to get it. */
  const signal = (which: NodeJS.Signals | 0): boolean => {
    try {
      return child.pid !== undefined && process.kill(-child.pid, which);
    } catch {
      return false;
    }
  };
  const kill = () => void signal("SIGKILL");
  process.once("exit", kill);
  const command = [name, ...args].join(" ");
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", (error) => reject(new BesideError(command, { how: error.message, exitCode: NOT_RUN })));
    child.once("exit", (code, by) => {
      if (code === 0) return resolve();
      const how = by === null ? `it ended with code ${code}` : `${by} ended it`;
      reject(new BesideError(command, { how, exitCode: code ?? BY_SIGNAL + constants.signals[by!] }));
    });
  });
  ended.catch(() => {});
  const groupEnded = async (isGivenUp: () => boolean): Promise<void> => {
    while (!isGivenUp() && signal(0)) await sleep(LOOK_MILLISECONDS);
  };
  return {
    ended,
    async close() {
      signal("SIGTERM");
      let isGivenUp = false;
      const over = groupEnded(() => isGivenUp);
      if (!(await endsWithin(over, options.closeMilliseconds ?? CLOSE_MILLISECONDS))) kill();
      isGivenUp = true;
      process.removeListener("exit", kill);
    },
  };
}

/** What shells say of a command that they can't run, and add to the number of the signal that ended one. */
const NOT_RUN = 127;
const BY_SIGNAL = 128;

function pathOfProject(): string {
  return [resolve("node_modules/.bin"), process.env.PATH].join(delimiter);
}
