import { allSizes } from "@frond/language";
import { BUNDLED_APPLICATIONS, findApplication, openProver, prepareCircuits } from "@frond/network";
import { keepKeys } from "@frond/prover";
import { Command } from "commander";
import {
  CircuitsChangedError,
  differencesFromLock,
  figuresOf,
  listCircuits,
  lockedDigests,
  writeLock,
} from "../circuits/circuitsLock.ts";
import { UsageError } from "../errors.ts";
import { settingsOf, withCommonOptions } from "../settings.ts";
import { formatTable, printResult } from "../terminal/output.ts";
import { createReporter } from "../terminal/reporter.ts";

export function circuitsCommand(): Command {
  return withCommonOptions(new Command("circuits"))
    .description(
      "show gates, digests and key hashes of all circuits, and compare them with the circuits.lock.json files",
    )
    .option(
      "--app <application>",
      `${BUNDLED_APPLICATIONS.join(", ")}, or the path of a module that exports an application`,
      "exchange",
    )
    .option("--update", "write the circuits.lock.json files, and the keys that come with Frond", false)
    .action(async (_options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const { app, update } = self.opts<{ app: string; update: boolean }>();
      const reporter = createReporter({ ...settings, toStderr: true });
      const { application, ref, sizes: declared } = await findApplication(app);
      const sizes = allSizes(application.program, declared);
      const isBundled = (BUNDLED_APPLICATIONS as readonly string[]).includes(ref);
      if (update && !isBundled) {
        throw new UsageError(
          `Only applications that come with Frond have a circuits.lock.json, and ${app} is none. Leave out --update.`,
          { app },
        );
      }
      const { prover, referenceString } = await openProver({
        referenceString: "development",
        cacheDirectory: settings.cacheDirectory,
        computesKeys: true,
        logger: reporter.logger,
        onProgress: reporter.step,
      });
      const circuits = await prepareCircuits(prover, application, (step) => reporter.step({ step }), sizes).finally(
        () => prover.close(),
      );
      reporter.done();
      const figures = figuresOf(circuits, sizes);
      const rows = figures.map(({ name, gates, dyadic, gatesPerTransaction, digest, keyHash }) => [
        name,
        gates.toLocaleString("en"),
        `2^${Math.log2(dyadic)}`,
        gatesPerTransaction?.toLocaleString("en") ?? "",
        digest.slice(0, 12),
        `${keyHash.slice(0, 18)}..`,
      ]);
      printResult(
        settings,
        figures,
        formatTable([["circuit", "gates", "rows", "gates/transaction", "digest", "key hash"], ...rows]),
      );
      // The locks pin the circuits of the applications that come with Frond.
      if (!isBundled) return;
      if (update) {
        writeLock(ref, figures);
        await keepKeys({ referenceString, circuits: listCircuits(circuits), digests: lockedDigests() });
      }
      const differences = differencesFromLock(ref, figures);
      if (differences.length > 0) throw new CircuitsChangedError(ref, differences);
    });
}
