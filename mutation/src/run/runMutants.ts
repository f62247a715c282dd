import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BaselineError } from "../errors.ts";
import { applyEdit, type Mutant } from "../find/mutant.ts";
import type { TestFile } from "../targets.ts";
import { copyRepository } from "./copyRepository.ts";
import { type Judged, judgeMutant } from "./judgeMutant.ts";
import { runTests, type TestOutcome } from "./runTests.ts";
import { readListSize, sizeLists } from "./sizeLists.ts";

/** What is told while mutants run. */
export type Listener = {
  /** A test file begins, for the mutant, or without a mutant for the sources as they are. */
  onTest(test: TestFile, mutant?: Mutant): void;
  onBaseline(test: TestFile, milliseconds: number): void;
  onJudged(judged: Judged): void;
};

/** A mutant may make a test wait for what never comes. */
const timeoutFor = (baselineMilliseconds: number) => 60_000 + 4 * baselineMilliseconds;

/**
 * Runs the tests on the sources as they are, then on each mutant, all in a copy of the repository. The test that killed
 * the last mutant of a file is the first to run on the next one.
 * @throws BaselineError if a test fails without any mutant
 */
export async function runMutants(
  mutants: readonly Mutant[],
  options: {
    readonly root: string;
    readonly testsFor: (file: string) => readonly TestFile[];
    readonly listener: Listener;
    readonly stop: AbortSignal;
  },
): Promise<Judged[]> {
  const { root, testsFor, listener, stop } = options;
  const copy = copyRepository(root);
  const messages = readListSize(root);
  const run = (test: TestFile, timeoutMilliseconds?: number): Promise<TestOutcome> => {
    sizeLists(copy, test.messages ?? messages);
    return runTests(copy, test, { timeoutMilliseconds, stop });
  };
  try {
    const baseline = new Map<TestFile, number>();
    for (const test of new Set(mutants.flatMap(({ file }) => testsFor(file)))) {
      listener.onTest(test);
      const started = performance.now();
      const outcome = await run(test);
      if (outcome.kind === "failed") throw new BaselineError(test.file, outcome);
      baseline.set(test, performance.now() - started);
      listener.onBaseline(test, baseline.get(test)!);
    }
    const judged: Judged[] = [];
    const lastKillers = new Map<string, string>();
    for (const mutant of mutants) {
      const started = performance.now();
      const path = join(copy.root, mutant.file);
      const source = readFileSync(path, "utf8");
      writeFileSync(path, applyEdit(source, mutant.edit));
      const verdict = await judgeMutant(killersFirst(testsFor(mutant.file), lastKillers.get(mutant.file)), (test) => {
        listener.onTest(test, mutant);
        return run(test, timeoutFor(baseline.get(test)!));
      });
      writeFileSync(path, source);
      if (verdict.kind === "killed") lastKillers.set(mutant.file, verdict.file);
      judged.push({ mutant, verdict, milliseconds: performance.now() - started });
      listener.onJudged(judged.at(-1)!);
    }
    return judged;
  } finally {
    copy.remove();
  }
}

function killersFirst(tests: readonly TestFile[], killer: string | undefined): TestFile[] {
  return [...tests.filter(({ file }) => file === killer), ...tests.filter(({ file }) => file !== killer)];
}
