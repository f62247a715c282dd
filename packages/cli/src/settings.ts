import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { defaultCacheDirectory } from "@frond/foundation/node";
import type { Command } from "commander";
import { UsageError } from "./errors.ts";
import { dataOptionOf } from "./terminal/hint.ts";

/** Options that every command understands, resolved: absolute paths, no undefined. */
export type Settings = {
  /** Where a network keeps its state: `network.json`, `accounts.json`, the store, L1's state. */
  readonly dataDirectory: string;
  /** Where what can be made again lives: the reference string, compiled circuits, keys. Shared by all networks. */
  readonly cacheDirectory: string;
  /** What a hint to another command repeats: ` --data <directory>`, or nothing where the directory is the default. */
  readonly dataOption: string;
  readonly json: boolean;
  readonly debug: boolean;
};

/**
 * The data directory if none is named: `$XDG_DATA_HOME/frond`, else `~/.local/share/frond`. A variable that is empty
 * counts as not set, as the XDG specification says. Relative if `$HOME` is empty.
 */
function defaultDataDirectory(): string {
  return join(process.env.XDG_DATA_HOME || join(homedir(), ".local", "share"), "frond");
}

/** Adds the options that every command has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option("--data <directory>", "where the network keeps its state", defaultDataDirectory())
    .option("--cache <directory>", "where circuits, keys and the reference string are kept", defaultCacheDirectory())
    .option("--json", "print JSON for programs instead of text for people", false)
    .option("--debug", "print stack traces and debug messages", false);
}

/**
 * Reads the common options of a command.
 * @throws UsageError if a directory would depend on where the command runs without anybody having said so
 */
export function settingsOf(command: Command): Settings {
  const options = command.opts<{ data: string; cache: string; json: boolean; debug: boolean }>();
  for (const [name, variable] of [
    ["data", "XDG_DATA_HOME"],
    ["cache", "XDG_CACHE_HOME"],
  ] as const) {
    if (command.getOptionValueSource(name) !== "default" || isAbsolute(options[name])) continue;
    throw new UsageError(
      `The default of --${name} is ${options[name]}, which is no absolute path: $${variable} or $HOME is relative or empty. Set it to an absolute path, or give --${name}.`,
      { option: name, path: options[name] },
    );
  }
  return {
    dataDirectory: resolve(options.data),
    cacheDirectory: resolve(options.cache),
    dataOption: command.getOptionValueSource("data") === "default" ? "" : dataOptionOf(["--data", options.data]),
    json: options.json,
    debug: options.debug,
  };
}
