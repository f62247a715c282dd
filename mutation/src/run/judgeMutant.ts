import type { Mutant } from "../find/mutant.ts";
import type { TestFile } from "../targets.ts";
import type { TestOutcome } from "./runTests.ts";

/** What became of a mutant. */
export type Verdict =
  | { readonly kind: "killed"; readonly file: string; readonly test: string; readonly message: string }
  | { readonly kind: "timeout"; readonly file: string }
  | { readonly kind: "survived" }
  /** The change is not valid source: the finder is at fault, and nothing is known about the check. */
  | { readonly kind: "invalid"; readonly message: string };

export type Judged = { readonly mutant: Mutant; readonly verdict: Verdict; readonly milliseconds: number };

const NOT_COMPILED = /does not compile|CompilationError|SolidityCompileError|Transform failed|SyntaxError:/;

/** Runs test files one after the other until one fails. */
export async function judgeMutant(
  tests: readonly TestFile[],
  run: (test: TestFile) => Promise<TestOutcome>,
): Promise<Verdict> {
  for (const test of tests) {
    const outcome = await run(test);
    if (outcome.kind === "timeout") return { kind: "timeout", file: test.file };
    if (outcome.kind === "passed") continue;
    const { message } = outcome;
    if (NOT_COMPILED.test(message)) return { kind: "invalid", message };
    return { kind: "killed", file: test.file, test: outcome.test, message };
  }
  return { kind: "survived" };
}
