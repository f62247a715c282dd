import { tracedKind } from "./branches/registry.ts";
import { DefinitionError } from "./errors.ts";
import type { SourceLocation } from "./ir.ts";
import { markTree } from "./markTree.ts";
import { runAndLocate } from "./trace.ts";
import type { Tree } from "./types.ts";
import type { ScalarValue } from "./values.ts";

export function tracedArguments(args: Tree<ScalarValue>, name: string): Tree<ScalarValue> {
  return markTree(args, `the arguments of \`${name}\``);
}

export function withLocation<P extends object>(
  part: P,
  location: SourceLocation | undefined,
): P & { readonly location?: SourceLocation } {
  return location === undefined ? part : { ...part, location };
}

/** As it is when no method is traced. */
const { then } = Promise.prototype;

/** Runs a function of the definition, which must return nothing. Returns its place, or the place of the `whole`. */
export function runProcedure(
  run: () => unknown,
  procedure: string,
  whole: SourceLocation | undefined,
): SourceLocation | undefined {
  const { result, location } = runReturning(run, procedure, whole);
  if (result === undefined) return location;
  throw new DefinitionError({
    code: "language/definition",
    location,
    problem: `${procedure} returns a value, but nothing receives the value.`,
    instead: "Write results to the state, or send them in a message.",
  });
}

/** Runs a function of the definition. Returns its result, and its place or the place of the `whole`. */
export function runReturning(
  run: () => unknown,
  procedure: string,
  whole: SourceLocation | undefined,
): { readonly result: unknown; readonly location: SourceLocation | undefined } {
  const { result, location = whole } = runAndLocate(run);
  // The names of what is traced are known: a struct refuses `then`.
  const isPromise =
    tracedKind(result) === undefined && typeof (result as { then?: unknown } | undefined)?.then === "function";
  if (!isPromise) return { result, location };
  // What an async function does later fails, and is told here already.
  Reflect.apply(then, Promise.resolve(result), [undefined, () => {}]);
  throw new DefinitionError({
    code: "language/definition",
    location,
    problem: `${procedure} is async, but tracing is synchronous.`,
    instead: "Declare an ordinary function instead of an async one.",
  });
}
