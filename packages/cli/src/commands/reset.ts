import { lstatSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline/promises";
import {
  CACHE_ENTRIES,
  DamagedFileError,
  deleteOwned,
  layerDirectory,
  layersOf,
  lockDirectory,
  type NetworkFile,
  namesIn,
  networkEntries,
  ResetRefusedError,
} from "@frond/network";
import { readNetworkFile, runningOwner } from "@frond/network/directory";
import { AlreadyRunningError } from "@frond/network/errors";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { printResult } from "../terminal/output.ts";

export function resetCommand(): Command {
  return withCommonOptions(new Command("reset"))
    .description("delete the network in the data directory, its accounts included; other files there stay")
    .option("--yes", "do not ask", false)
    .option("--with-cache", "delete what Frond keeps in the cache too: circuits, keys, reference string", false)
    .action(async (_options: unknown, self: Command) => {
      await reset(settingsOf(self), self.opts<{ yes: boolean; withCache: boolean }>());
    });
}

async function reset(settings: Settings, { yes, withCache }: { yes: boolean; withCache: boolean }): Promise<void> {
  const { dataDirectory, cacheDirectory } = settings;
  const network = networkToDelete(dataDirectory);
  const layers = layersOf(dataDirectory, network).map((name) => layerDirectory(dataDirectory, name));
  for (const directory of [dataDirectory, ...layers]) {
    const owner = runningOwner(directory);
    if (owner !== undefined) throw new AlreadyRunningError(directory, owner);
  }
  if (!yes) await confirm(settings, withCache);
  const unlocks = [dataDirectory, ...layers.filter(isOwnFolder)].map(lockDirectory);
  try {
    deleteOwned(dataDirectory, networkEntries(dataDirectory, network));
  } finally {
    for (const unlock of unlocks) unlock();
  }
  if (withCache) deleteOwned(cacheDirectory, CACHE_ENTRIES);
  const kept = namesIn(dataDirectory);
  const keptInCache = withCache ? namesIn(cacheDirectory) : [];
  const lines = [
    `Deleted the network in ${dataDirectory}.`,
    ...(kept.length === 0 ? [] : [`Kept what is not the network's: ${kept.join(", ")}.`]),
    ...(withCache ? [`Deleted what Frond kept in ${cacheDirectory}.`] : []),
    ...(keptInCache.length === 0 ? [] : [`Kept there what is not Frond's: ${keptInCache.join(", ")}.`]),
  ];
  printResult(settings, { reset: dataDirectory, withCache, kept, keptInCache }, lines.join("\n"));
}

/** @throws ResetRefusedError: without its file it is not known what a network made */
function networkToDelete(directory: string): NetworkFile {
  let reason = "it has none";
  try {
    const network = readNetworkFile(directory);
    if (network !== undefined) return network;
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error;
    reason = String(error.data.reason);
  }
  throw new ResetRefusedError(directory, reason);
}

/** Whether it is there, and not elsewhere by a symbolic link, behind which nothing is touched. */
function isOwnFolder(path: string): boolean {
  const isFolder = (at: string) => lstatSync(at, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder(dirname(path)) && isFolder(path);
}

async function confirm({ dataDirectory, cacheDirectory }: Settings, withCache: boolean): Promise<void> {
  if (!process.stdin.isTTY)
    throw new UsageError(
      "Reset deletes the network and its accounts, and nobody can be asked here. Say --yes if that is what you want.",
    );
  const cache = withCache ? `, and what Frond keeps in ${cacheDirectory}` : "";
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Delete the network and its accounts in ${dataDirectory}${cache}? (yes/no) `);
  terminal.close();
  if (answer.trim() !== "yes") throw new UsageError("Nothing was deleted. Answer yes to delete.");
}
