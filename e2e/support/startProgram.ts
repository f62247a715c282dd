import { spawn } from "node:child_process";
import { isDeepStrictEqual } from "node:util";
import { sleep } from "@frond/foundation";
import type { Ended } from "./frond.ts";

/** A program that prints a line of JSON for each event, and goes on. */
export type Output = {
  /**
   * Resolves with the next event that has these fields; those before are passed over. Rejects if the program ends.
   */
  event(fields: object): Promise<object>;
  signal(name: NodeJS.Signals): Promise<Ended>;
};

export function startProgram(name: string, args: readonly string[], cwd: string): Output {
  const { VITEST: _vitest, NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(name, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].on("data", (chunk) => {
      output[stream] += chunk;
    });
  let isOver = false;
  const ended = new Promise<Ended>((resolve) =>
    child.once("close", (code) => {
      isOver = true;
      resolve({ code, ...output });
    }),
  );
  let passed = 0;
  return {
    async event(fields) {
      for (;;) {
        const lines = output.stdout.split("\n").slice(0, -1);
        while (passed < lines.length) {
          const event = JSON.parse(lines[passed++]!) as Record<string, unknown>;
          if (Object.entries(fields).every(([field, value]) => isDeepStrictEqual(event[field], value))) return event;
        }
        if (isOver)
          throw new Error(`${name} ended before ${JSON.stringify(fields)}:\n${output.stdout}${output.stderr}`);
        await sleep(50);
      }
    },
    signal(which) {
      child.kill(which);
      return ended;
    },
  };
}
