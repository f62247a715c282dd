import { FrondError } from "@frond/foundation";

/** A test fails on the sources as they are, so that nothing could be said about mutants. */
export class BaselineError extends FrondError {
  constructor(file: string, { test, message }: { test: string; message: string }) {
    super({
      code: "mutation/baseline",
      data: { file, test },
      message:
        `${file} fails without any mutant, in "${test}":\n${message}\n` + `Mend it first: \`npx vitest run ${file}\`.`,
    });
  }
}

/** The list of kept survivors can't be read. */
export class SurvivorsFileError extends FrondError {
  constructor(path: string, cause: unknown) {
    super({
      code: "mutation/survivors-file",
      data: { path },
      message:
        `${path} is not a list of kept survivors: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        'Correct it: a JSON array of { "id", "reason" }.',
      cause,
    });
  }
}

/** A file has checks, and no tests are named that should notice when one is missing. */
export class NoTestsError extends FrondError {
  constructor(file: string) {
    super({
      code: "mutation/no-tests",
      data: { file },
      message: `No tests are named for ${file}. Add a row for it to mutation/src/targets.ts.`,
    });
  }
}

/** The arguments of the command make no sense. */
export class ArgumentsError extends FrondError {
  constructor(problem: string) {
    super({
      code: "mutation/arguments",
      message: `${problem} \`npm run mutate -- --help\` lists the options.`,
    });
  }
}

/** The constant for the number of messages of a block has another name, or is elsewhere. */
export class ListSizeError extends FrondError {
  constructor(file: string) {
    super({
      code: "mutation/list-size",
      data: { file },
      message: `${file} has no MESSAGES_PER_BLOCK. Correct mutation/src/run/sizeLists.ts.`,
    });
  }
}

/** Something else ended the tests, so that nothing is known about the mutant. */
export class TestsEndedError extends FrondError {
  constructor(code: number | null) {
    super({
      code: "mutation/tests-ended",
      data: { code },
      message:
        `The tests were ended from outside (${code === null ? "by a signal" : `exit code ${code}`}). ` +
        "Free memory, or stop what ends them, and run the mutants that are left: `--only`.",
    });
  }
}
