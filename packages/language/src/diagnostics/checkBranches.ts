import { DefinitionError } from "../errors.ts";
import type { SourceLocation } from "../ir.ts";
import { analyseFunction } from "./analyseFunction.ts";
import { findDefinition, findFunction } from "./findFunction.ts";

type Procedures = {
  readonly methods: { readonly [name: string]: { readonly run: (...args: never[]) => unknown } };
  readonly receive?: { readonly [name: string]: ((...args: never[]) => unknown) | undefined };
};

/**
 * Reads the source of every method and handler and throws a DefinitionError at the first decision of JavaScript on a traced value. Tracing cannot see
 * these: an object is true in every condition, and never `===` another.
 */
export function checkBranches(definition: Procedures, location: SourceLocation | undefined): void {
  const found = findDefinition(location);
  for (const [name, { run }] of Object.entries(definition.methods)) {
    checkProcedure({ what: `the method \`${name}\``, path: ["methods", name, "run"], run, found, location });
  }
  for (const [name, run] of Object.entries(definition.receive ?? {})) {
    if (run !== undefined)
      checkProcedure({ what: `the handler \`${name}\``, path: ["receive", name], run, found, location });
  }
}

function checkProcedure(procedure: {
  readonly what: string;
  readonly path: readonly string[];
  readonly run: (...args: never[]) => unknown;
  readonly found: ReturnType<typeof findDefinition>;
  readonly location: SourceLocation | undefined;
}): void {
  const { what, path, run, found, location } = procedure;
  const source = findFunction(found, path, run);
  if (source === undefined) {
    throw new DefinitionError({
      code: "language/definition",
      location,
      problem: `The source of ${what} cannot be read, so it cannot be checked for branches on traced values.`,
      instead: "Write the function in place, not as a bound or native one.",
    });
  }
  const [finding] = analyseFunction(source);
  if (finding === undefined) return;
  const { line, column } = finding.node.loc.start;
  throw new DefinitionError({
    code: finding.code,
    // Positions in compiled text mean nothing to the author; the definition's place and the text in the message do.
    location: finding.source.file === undefined ? location : { file: finding.source.file, line, column: column + 1 },
    problem: `${finding.problem.replace(/\.$/, "")} (in ${what}).`,
    instead: finding.instead,
  });
}
