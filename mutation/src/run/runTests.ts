import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { TestsEndedError } from "../errors.ts";
import type { TestFile } from "../targets.ts";
import type { Copy } from "./copyRepository.ts";

/** What a test file said. */
export type TestOutcome =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly test: string; readonly message: string }
  | { readonly kind: "timeout" };

const reportSchema = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z
            .array(z.string())
            .nullish()
            .transform((messages) => messages ?? []),
        }),
      ),
    }),
  ),
});

const TICK_MILLISECONDS = 1_000;

/** Runs a test file in a copy of the repository until its first failure; `stop` ends it and all that it started. */
export async function runTests(
  copy: Copy,
  test: TestFile,
  { timeoutMilliseconds, stop }: { timeoutMilliseconds?: number | undefined; stop: AbortSignal },
): Promise<TestOutcome> {
  const report = join(copy.cache, "report.json");
  rmSync(report, { force: true });
  const child = spawn(process.execPath, vitestArguments(test, report), {
    cwd: copy.root,
    env: environmentFor(copy),
    // A group of its own, so that the processes that tests start end with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  let isTimeout = false;
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  // Counts its own ticks, not the clock: a machine that sleeps, or a command that is stopped, takes no time.
  let leftMilliseconds = timeoutMilliseconds ?? Number.POSITIVE_INFINITY;
  const timer = setInterval(() => {
    leftMilliseconds -= TICK_MILLISECONDS;
    isTimeout = leftMilliseconds <= 0;
    if (isTimeout) end();
  }, TICK_MILLISECONDS);
  stop.addEventListener("abort", end);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearInterval(timer);
  stop.removeEventListener("abort", end);
  stop.throwIfAborted();
  if (isTimeout) return { kind: "timeout" };
  return outcomeOf(report, { code, output });
}

function vitestArguments({ file, only }: TestFile, report: string): string[] {
  const name = only === undefined ? [] : ["--testNamePattern", only];
  const reporter = ["--reporter=json", `--outputFile=${report}`];
  // A busy machine must not kill a mutant; a test that never ends is ended from here.
  const patience = ["--testTimeout=600000", "--hookTimeout=600000"];
  const once = ["run", "--bail=1", "--maxWorkers=1"];
  return ["node_modules/vitest/vitest.mjs", ...once, ...patience, ...reporter, ...name, file];
}

/** Without what a test runner around this one has set. */
function environmentFor({ cache }: Copy): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV$|TEST$|DEV$|PROD$|MODE$)/.test(name));
  return { ...Object.fromEntries(own), XDG_CACHE_HOME: cache };
}

function outcomeOf(report: string, { code, output }: { code: number | null; output: string }): TestOutcome {
  // A mutant makes tests fail; it does not send signals.
  if (!existsSync(report) && (code === null || code > 128)) throw new TestsEndedError(code);
  if (!existsSync(report)) return { kind: "failed", test: `(ended with code ${code})`, message: output.slice(-2_000) };
  const { success, numPassedTests, testResults } = reportSchema.parse(JSON.parse(readFileSync(report, "utf8")));
  if (success && code === 0 && numPassedTests > 0) return { kind: "passed" };
  const failed = testResults.flatMap((file) => file.assertionResults).find(({ status }) => status === "failed");
  if (failed !== undefined)
    return { kind: "failed", test: failed.fullName, message: failed.failureMessages.join("\n").slice(0, 2_000) };
  const message = [...testResults.map((file) => file.message), output.slice(-2_000)].join("\n").trim();
  return { kind: "failed", test: "(the file as a whole)", message };
}
