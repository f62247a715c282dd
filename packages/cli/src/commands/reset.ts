import { rmSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { readNetworkFile, runningOwner } from "@frond/network/directory";
import { AlreadyRunningError } from "@frond/network/errors";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { settingsOf, withCommonOptions } from "../settings.ts";
import { printResult } from "../terminal/output.ts";

export function resetCommand(): Command {
  return withCommonOptions(new Command("reset"))
    .description("delete the network in the data directory, its accounts included")
    .option("--yes", "do not ask", false)
    .option("--with-cache", "delete the cache too: circuits, keys, reference string", false)
    .action(async (_options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const { yes, withCache } = self.opts<{ yes: boolean; withCache: boolean }>();
      const owner = runningOwner(settings.dataDirectory);
      if (owner !== undefined) throw new AlreadyRunningError(settings.dataDirectory, owner);
      const exists = readable(settings.dataDirectory);
      if (exists && !yes) await confirm(settings.dataDirectory);
      // Only what a network made is deleted, so that a wrong --data does no harm.
      for (const name of ["network.json", "accounts.json", "l1.json", "frond.pid", "layers", "coordinator", "proofs"]) {
        rmSync(`${settings.dataDirectory}/${name}`, { recursive: true, force: true });
      }
      if (withCache) rmSync(settings.cacheDirectory, { recursive: true, force: true });
      printResult(
        settings,
        { reset: settings.dataDirectory, withCache },
        `Deleted the network in ${settings.dataDirectory}.`,
      );
    });
}

function readable(directory: string): boolean {
  try {
    return readNetworkFile(directory) !== undefined;
  } catch {
    return true;
  }
}

async function confirm(directory: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new UsageError("Reset deletes the network and its accounts. Say --yes if that is what you want.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Delete the network and its accounts in ${directory}? (yes/no) `);
  terminal.close();
  if (answer.trim() !== "yes") throw new UsageError("Nothing was deleted. Answer yes to delete.");
}
