import { DefinitionError } from "../errors.ts";
import type { SourceLocation } from "../ir.ts";
import { analyseFunction } from "./analyseFunction.ts";
import { type Found, findDefinition, findFunction } from "./findFunction.ts";

/** One function of the definition: how to call it in a message, and where it stands, such as `["methods", "swap", "run"]`. */
export type DefinedFunction = {
  readonly what: string;
  readonly path: readonly string[];
  readonly run: (...args: never[]) => unknown;
};

/**
 * For the definition at `location`: reads the source of a method or handler and throws a DefinitionError at the first decision of JavaScript on a traced
 * value. Tracing cannot see these: an object is true in every condition, and never `===` another. Gives the place of the function.
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

/** Positions in compiled text mean nothing to the author, so there they are undefined. */
function placeOf({ source, node }: Found): SourceLocation | undefined {
  if (source.file === undefined) return undefined;
  return { file: source.file, line: node.loc.start.line, column: node.loc.start.column + 1 };
}
