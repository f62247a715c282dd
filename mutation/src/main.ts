import { fileURLToPath } from "node:url";
import { ArgumentsError } from "./errors.ts";
import { findMutants } from "./find/findMutants.ts";
import { HELP, parseOptions } from "./parseOptions.ts";
import { createProgress } from "./report/createProgress.ts";
import { describeResults } from "./report/describeResults.ts";
import { runMutants } from "./run/runMutants.ts";
import { selectMutants } from "./select.ts";
import { compareSurvivors, isAgreement, readSurvivors } from "./survivors.ts";
import { targetOf } from "./targets.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const all = findMutants(root);
  const mutants = selectMutants(all, options);
  if (mutants.length === 0) throw new ArgumentsError(`No mutant's id holds "${options.only?.join('" or "')}".`);
  if (options.list) {
    const ids = mutants.map(({ id }) => id);
    console.log(options.json ? JSON.stringify(ids, undefined, 2) : ids.join("\n"));
    return 0;
  }
  const kept = readSurvivors(fileURLToPath(new URL("../survivors.json", import.meta.url)));
  const judged = await runMutants(mutants, {
    root,
    testsFor: (file) => targetOf(file)!.tests,
    listener: createProgress(mutants.length, process.stderr),
    stop: stopOnSignal(),
  });
  const differences = compareSurvivors(kept, { judged, ids: new Set(all.map(({ id }) => id)) });
  const results = judged.map(({ mutant, verdict, milliseconds }) => ({ id: mutant.id, ...verdict, milliseconds }));
  if (options.json) console.log(JSON.stringify({ results, differences }, undefined, 2));
  else console.log(`\n${describeResults(judged, differences)}`);
  return isAgreement(differences) ? 0 : 1;
}

/** Ends what runs when the command is told to end, so that the copy is removed. */
function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => controller.abort(new Error("Ended.")));
  return controller.signal;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
