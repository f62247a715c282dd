import { nearest } from "@frond/language";
import type { AnyApplication } from "@frond/network/applications";
import { UsageError } from "../errors.ts";
import { parseValue } from "./parseValue.ts";

/** The methods of an application, a line each, as they are called. */
export function methodLines({ methods }: AnyApplication): string[] {
  return Object.keys(methods).map((name) => `${name} ${flagsOf({ methods }, name)}`.trimEnd());
}

/**
 * The arguments of a method from `name=value` texts, each of its type. Throws {@link UsageError} that says how it is
 * called.
 */
export function parseArguments(
  application: AnyApplication,
  method: string,
  pairs: readonly string[],
): Record<string, unknown> {
  const types = Object.hasOwn(application.methods, method) ? application.methods[method] : undefined;
  if (types === undefined) {
    const known = Object.keys(application.methods);
    const near = nearest(method, known);
    throw new UsageError(
      `${application.name} has no method ${method}. ${near === undefined ? "" : `Did you mean ${near}? `}Use one of ${known.join(", ")}.`,
      { method, known },
    );
  }
  const given = new Map(pairs.map((pair) => [pair.split("=", 1)[0]!, pair.slice(pair.indexOf("=") + 1)]));
  const unknown = [...given.keys()].find((name) => !Object.hasOwn(types, name));
  const missing = Object.keys(types).filter((name) => !given.has(name));
  const usage = `Call it as: frond call ${method} ${flagsOf(application, method)}`.trimEnd();
  if (unknown !== undefined)
    throw new UsageError(`${method} has no argument ${unknown}. ${usage}.`, { method, unknown });
  if (missing.length > 0) throw new UsageError(`${method} needs ${missing.join(", ")}. ${usage}.`, { method, missing });
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, parseValue(type, given.get(name)!, name)]),
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

function flagsOf({ methods }: Pick<AnyApplication, "methods">, method: string): string {
  return Object.keys(methods[method] ?? {})
    .map((name) => `--${name} <value>`)
    .join(" ");
}
