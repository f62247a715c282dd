import { parseArgs } from "node:util";
import { ArgumentsError } from "./errors.ts";

export const HELP = `npm run mutate -- [options]

Takes one check at a time out of the circuits, the contract and the executor, and runs the tests that should notice,
in a copy of the repository. A mutant that no test notices has to stand, with the reason why, in
mutation/survivors.json.

  --list        only prints the ids of the mutants
  --only TEXT   those whose id, which begins with the file's path, holds the text; may be repeated
  --sample N    N of them, drawn by the seed
  --seed S      another draw (1)
  --json        results as JSON on standard output; progress goes to standard error
  --help

Exits 1 if a survivor is not in the list, if one of the list is killed, if one of the list is not in the sources any
more, or if the sources do not compile without a check; 2 if nothing could be run.
`;

export type Options = {
  readonly only?: readonly string[] | undefined;
  readonly sample?: number | undefined;
  readonly seed: string;
  readonly list: boolean;
  readonly json: boolean;
  readonly help: boolean;
};

/** Reads the arguments of the command. @throws ArgumentsError */
export function parseOptions(args: string[]): Options {
  const { sample, ...values } = parse(args);
  if (sample === undefined) return values;
  if (!/^[1-9]\d*$/.test(sample)) throw new ArgumentsError(`--sample takes a whole number above 0, not "${sample}".`);
  return { ...values, sample: Number(sample) };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: "string", multiple: true },
        sample: { type: "string" },
        seed: { type: "string", default: "1" },
        list: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new ArgumentsError(error instanceof Error ? error.message : String(error));
  }
}
