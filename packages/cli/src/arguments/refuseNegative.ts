import type { Command } from "commander";
import { UsageError } from "../errors.ts";

/**
 * Refuses a negative number that stands by itself: Commander would call it an unknown option. The value of an option is
 * left to whoever reads the option, and so is what stands behind `--`, such as the key of an entry.
 * @throws UsageError
 */
export function refuseNegative(program: Command, words: readonly string[]): void {
  const flags = flagsOf(program);
  const end = words.indexOf("--");
  for (const [place, word] of (end < 0 ? words : words.slice(0, end)).entries()) {
    const before = words[place - 1] ?? "";
    const isValue = before.startsWith("--") && !before.includes("=") && !flags.has(before);
    if (!/^-\.?[0-9]/.test(word) || isValue) continue;
    throw new UsageError(`${word} is negative, and no command takes a negative number. Give 0 or more.`, { word });
  }
}

/** The options that take no value. */
function flagsOf(command: Command): ReadonlySet<string> {
  const own = command.options.flatMap(({ long, required, optional }) => (required || optional || !long ? [] : [long]));
  return new Set([...own, ...command.commands.flatMap((child) => [...flagsOf(child)])]);
}
