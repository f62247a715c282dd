import { nearest } from "@frond/language";
import type * as z from "zod";
import type { Mistake } from "./errors.ts";
import { knownFields } from "./schema.ts";

/**
 * What a schema found, as mistakes: the value at the place says what is wrong, the issue's message what to write.
 * `layer` names the layer that was read.
 */
export function toMistakes(error: z.ZodError, input: unknown, layer?: string): Mistake[] {
  return error.issues.flatMap((issue) => {
    const at = (path: readonly PropertyKey[]) => ({
      ...(layer === undefined ? {} : { layer }),
      field: path.map(String).join("."),
    });
    if (issue.code !== "unrecognized_keys") {
      return [{ ...at(issue.path), problem: problemOf(valueAt(input, issue.path)), write: issue.message }];
    }
    const owner = valueAt(input, issue.path) as { kind?: unknown };
    const known = knownFields(layer === undefined ? issue.path : ["layer", ...issue.path], owner.kind) ?? [];
    return issue.keys.map((key) => ({
      ...at([...issue.path, key]),
      problem: "There is no such field.",
      write: suggestion(key, known),
    }));
  });
}

/** `Did you mean "blockMilliseconds"? Write one of ..`. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `${near === undefined ? "" : `Did you mean "${near}"? `}Write one of ${known.join(", ")}.`;
}

/** A value as it is named in a sentence. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}..` : value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "bigint" ? `${value}n` : String(value);
}

function problemOf(value: unknown): string {
  return value === undefined ? "It is missing." : `It is ${shown(value)}.`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[part];
  return value;
}
