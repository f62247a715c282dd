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
  const { result, location = whole } = runAndLocate(run);
  if (result === undefined) return location;
  const isPromise = typeof (result as { then?: unknown }).then === "function";
  // What an async function does later fails, and is told here already.
  if (isPromise) Reflect.apply(then, Promise.resolve(result), [undefined, () => {}]);
  throw new DefinitionError({
    code: "language/definition",
    location,
    problem: isPromise
      ? `${procedure} is async, but tracing is synchronous.`
      : `${procedure} returns a value, but nothing receives the value.`,
    instead: isPromise
      ? "Declare an ordinary function instead of an async one."
      : "Write results to the state, or send them in a message.",
  });
}
