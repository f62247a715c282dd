import { nearest, type Type } from "@frond/language";
import type { AnyApplication } from "@frond/network/applications";
import { UsageError } from "../errors.ts";
import { describeType, typeName } from "./describeType.ts";
import { type Names, NO_NAMES } from "./names.ts";
import { parseValue } from "./parseValue.ts";

/** An argument of a method, for people who are going to write it. */
export type ArgumentText = { readonly name: string; readonly type: string; readonly give: string };

/** The methods of an application, with the types and units of their arguments. */
export function describeMethods(
  application: AnyApplication,
): { readonly name: string; readonly arguments: readonly ArgumentText[] }[] {
  return Object.entries(application.methods).map(([name, types]) => ({ name, arguments: describeArguments(types) }));
}

export function describeArguments(types: Readonly<Record<string, Type>>): ArgumentText[] {
  return Object.entries(types).map(([name, type]) => ({ name, type: typeName(type), give: describeType(type) }));
}

export type ReadArguments = {
  /** `name=value` texts. */
  readonly pairs: readonly string[];
  readonly names?: Names;
  /** What the command has besides, for the hint how to call: `--layer desk`. */
  readonly place?: string;
  /** The command, and its own options; `frond call` if not given. */
  readonly command?: { readonly name: string; readonly options: ReadonlySet<string> };
};

/**
 * The arguments of a method from `name=value` texts, each of its type.
 * @throws UsageError that says how it is called
 */
export function parseArguments(
  application: AnyApplication,
  method: string,
  given: ReadArguments,
): Record<string, unknown> {
  const types = methodTypes(application, method);
  const { name, options } = given.command ?? { name: "call", options: CALL_OPTIONS };
  return readArguments(types, method, { ...given, usage: `frond ${name} ${method} ${flagsOf(types, options)}` });
}

/**
 * The same of an exit.
 * @throws UsageError that says how it is given
 */
export function parseExitArguments(
  application: AnyApplication,
  exit: string,
  given: ReadArguments,
): Record<string, unknown> {
  const all = Object.fromEntries(Object.entries(application.exits).map(([name, { args }]) => [name, args]));
  const types = typesOf(application, { part: "exit", name: exit, all });
  return readArguments(types, exit, {
    ...given,
    usage: `frond escape --exit ${exit} ${flagsOf(types, ESCAPE_OPTIONS)}`,
  });
}

/**
 * The same of a view.
 * @throws UsageError that says how it is asked
 */
export function parseViewArguments(
  application: AnyApplication,
  view: string,
  given: ReadArguments,
): Record<string, unknown> {
  const all = Object.fromEntries(Object.entries(application.views).map(([name, { args }]) => [name, args]));
  const types = typesOf(application, { part: "view", name: view, all });
  return readArguments(types, view, { ...given, usage: `frond view ${view} ${flagsOf(types, VIEW_OPTIONS)}` });
}

function readArguments(
  types: Readonly<Record<string, Type>>,
  method: string,
  { pairs, names = NO_NAMES, place = "", usage: words }: ReadArguments & { readonly usage: string },
): Record<string, unknown> {
  const given = new Map<string, string>();
  for (const pair of pairs) {
    const name = pair.split("=", 1)[0]!;
    if (given.has(name)) throw new UsageError(`${name} is given twice. Give it once.`, { method, name });
    given.set(name, pair.slice(pair.indexOf("=") + 1));
  }
  const unknown = [...given.keys()].find((name) => !Object.hasOwn(types, name));
  const missing = Object.keys(types).filter((name) => !given.has(name));
  const usage = `Call it as: ${words}`.trimEnd() + place;
  if (unknown !== undefined)
    throw new UsageError(`${method} has no argument ${unknown}. ${usage}.`, { method, unknown });
  if (missing.length > 0) throw new UsageError(`${method} needs ${missing.join(", ")}. ${usage}.`, { method, missing });
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, parseValue(type, given.get(name)!, { name, names })]),
  );
}

function methodTypes(application: AnyApplication, method: string): Readonly<Record<string, Type>> {
  return typesOf(application, { part: "method", name: method, all: application.methods });
}

function typesOf(
  application: AnyApplication,
  {
    part,
    name,
    all,
  }: {
    readonly part: "method" | "exit" | "view";
    readonly name: string;
    readonly all: Readonly<Record<string, Readonly<Record<string, Type>>>>;
  },
): Readonly<Record<string, Type>> {
  const types = Object.hasOwn(all, name) ? all[name] : undefined;
  if (types !== undefined) return types;
  const known = Object.keys(all);
  const near = nearest(name, known);
  const use = known.length === 0 ? "It has none at all" : `Use one of ${known.join(", ")}`;
  throw new UsageError(
    `${application.name} has no ${part} ${name}. ${near === undefined ? "" : `Did you mean ${near}? `}${use}.`,
    { [part]: name, known },
  );
}

/** `--name value`, `--name=value` and `name=value` as `name=value`. */
export function pairsOf(words: readonly string[]): string[] {
  const pairs: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!word.startsWith("--")) pairs.push(word);
    else if (word.includes("=")) pairs.push(word.slice(2));
    else pairs.push(`${word.slice(2)}=${words[++i] ?? ""}`);
  }
  return pairs;
}

function flagsOf(types: Readonly<Record<string, Type>>, options?: ReadonlySet<string>): string {
  return Object.entries(types)
    .map(
      ([name, type]) =>
        `${flagOf(name, options)}<${type.kind === "struct" || type.kind === "array" ? "json" : typeName(type)}>`,
    )
    .join(" ");
}

/** The options of `frond call` itself. */
export const CALL_OPTIONS: ReadonlySet<string> = new Set([
  "data",
  "cache",
  "json",
  "debug",
  "layer",
  "account",
  "arg",
  "wait",
  "help",
]);

/** The options of `frond view` itself. */
export const VIEW_OPTIONS: ReadonlySet<string> = new Set([
  ...["data", "cache", "json", "debug", "layer", "arg", "block", "from-follower", "help"],
]);

/** The options of `frond force` itself. */
export const FORCE_OPTIONS: ReadonlySet<string> = new Set([
  ...CALL_OPTIONS,
  ...["application", "nonce", "from", "from-follower", "from-block", "l1", "settlement"],
]);

/** The options of `frond escape` itself. */
export const ESCAPE_OPTIONS: ReadonlySet<string> = new Set([
  ...["data", "cache", "json", "debug", "layer", "account", "arg", "help"],
  ...["exit", "recipient", "from", "application", "sizes", "held", "signed", "proof", "l1", "settlement"],
  ...["beacon", "from-follower", "committee", "genesis", "from-block", "confirmations"],
]);

/** How an argument is given: `--amount `; or `--arg layer=` where an option of the command has the name. */
export function flagOf(argument: string, options = CALL_OPTIONS): string {
  return options.has(argument) ? `--arg ${argument}=` : `--${argument} `;
}
