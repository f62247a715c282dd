import type { Command } from "commander";

/** A command of Frond somewhere in a text, with what it is given. */
export type FoundCommand = {
  readonly text: string;
  readonly words: readonly string[];
  /** Only named, within a sentence: what it needs may be left out. */
  readonly isNamed: boolean;
};

const RUN = /(?:^|^\$ |^command: |^ExecStart=\/usr\/bin\/|^[A-Z0-9_]+=\S+ |\$\()frond (?<rest>[a-z][^)]*)/;
const NAMED = /`frond ([a-z][^`]*)`/g;

/**
 * The commands of Frond in a text: lines of code blocks, of units and of containers that run `frond`, and those that
 * sentences name between backticks. A line that ends with a backslash goes on.
 */
export function commandsIn(text: string): FoundCommand[] {
  const lines = text.replace(/\s*\\\n\s*/g, " ").split("\n");
  const run = lines.flatMap((line) => RUN.exec(line.trimStart())?.groups?.rest ?? []);
  const named = [...text.matchAll(NAMED)].map(([, rest]) => rest!);
  return [...run.map((rest) => commandOf(rest, false)), ...named.map((rest) => commandOf(rest, true))];
}

function commandOf(rest: string, isNamed: boolean): FoundCommand {
  const command = rest.replace(/\s+(#|\||>).*$/, "").trimEnd();
  return { text: `frond ${command}`, words: command.match(/"[^"]*"|\S+/g) ?? [], isNamed };
}

/** What is wrong with a command: one that there is not, or an option that it does not have; undefined if nothing is. */
export function mistakeOf(program: Command, { text, words, isNamed }: FoundCommand): string | undefined {
  let command = program;
  let at = 0;
  for (; at < words.length; at++) {
    const next = command.commands.find((one) => one.name() === words[at]);
    if (next === undefined) break;
    command = next;
  }
  if (command === program) return `${text}: there is no command ${words[0]}`;
  if (command.commands.length > 0 && !isNamed)
    return `${text}: ${command.name()} needs the name of a command of its own`;
  const given = words.slice(at).filter((word) => word.startsWith("--"));
  const known = new Set(command.options.flatMap(({ long }) => long ?? []));
  const unknown = given.map((word) => word.split("=")[0]!).find((word) => !known.has(word));
  // A call takes the arguments of the application's method as options.
  const isOpen = (command as unknown as { readonly _allowUnknownOption: boolean })._allowUnknownOption;
  if (unknown !== undefined && !isOpen) return `${text}: there is no option ${unknown}`;
  const missing = isNamed
    ? undefined
    : command.options.find(({ mandatory, long }) => mandatory && !given.includes(long ?? ""));
  return missing === undefined ? undefined : `${text}: ${missing.long} is missing`;
}
