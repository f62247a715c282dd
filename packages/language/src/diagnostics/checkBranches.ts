import { DefinitionError } from "../errors.ts";
import type { SourceLocation } from "../ir.ts";
import { analyseFunction } from "./analyseFunction.ts";
import { type Found, findDefinition, findFunction } from "./findFunction.ts";

/**
 * A function of the definition. `what` names the function in messages; `path` is its position, such as `["methods",
 * "swap", "run"]`.
 */
export type DefinedFunction = {
  readonly what: string;
  readonly path: readonly string[];
  readonly run: (...args: never[]) => unknown;
};

/**
 * Returns a check for the functions of the definition at `location`. The check reads the source of a method or handler,
 * and returns the place of the function. Tracing alone misses branches on traced values, because a traced value is an
 * object: it is true in every condition, and never `===` another object.
 * @throws {@link DefinitionError} when JavaScript branches or computes on a traced value, or when there is no source
 */
export function createBranchCheck(
  location: SourceLocation | undefined,
): (defined: DefinedFunction) => SourceLocation | undefined {
  const definition = findDefinition(location);
  return ({ what, path, run }) => {
    const found = findFunction(definition, path, run);
    if (found === undefined) {
      throw new DefinitionError({
        code: "language/definition",
        location,
        problem: `The source of ${what} cannot be read, so it cannot be checked for branches on traced values.`,
        instead: "Write the function in place, not as a bound or native one.",
      });
    }
    const [finding] = analyseFunction(found);
    if (finding === undefined) return placeOf(found) ?? location;
    throw new DefinitionError({
      code: finding.code,
      location: placeOf(finding) ?? location,
      problem: `${finding.problem.replace(/\.$/, "")} (in ${what}).`,
      instead: finding.instead,
    });
  };
}

/** Positions in compiled text have no meaning for the author, so they are undefined. */
function placeOf({ source, node }: Found): SourceLocation | undefined {
  if (source.file === undefined) return undefined;
  return { file: source.file, line: node.loc.start.line, column: node.loc.start.column + 1 };
}
