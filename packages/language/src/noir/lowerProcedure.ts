import { basename } from "node:path";
import { valueTypes } from "../executor/compileProcedure.ts";
import type { Procedure, Program, SourceLocation } from "../ir.ts";
import type { Draft } from "./draft.ts";
import { closeEntries, openEntries } from "./lowerEntries.ts";
import { lowerInstruction } from "./lowerInstruction.ts";
import { createLowering, type Uses } from "./lowering.ts";
import { createNames } from "./names.ts";
import type { Run } from "./run.ts";
import { openAt, type SharedEntries } from "./sharedEntries.ts";

/** A procedure as a function in Noir, with the computation of the function's hints. */
export type LoweredProcedure = {
  readonly procedure: Procedure;
  /** The name of the function. */
  readonly name: string;
  /** The names of the function's parameters. */
  readonly parameters: readonly string[];
  /** The lines of the function's body. */
  readonly body: readonly string[];
  /** The number of shared places that the function uses. */
  readonly uses: Uses;
  /** Runs the procedure: fills the run's values, keys, hints, messages and failures. */
  readonly evaluate: (run: Run) => void;
};

export type LowerOptions = {
  readonly program: Program;
  readonly shared: SharedEntries;
  /** The width of the ranged integers: the application's widest integer. */
  readonly bits: number;
  /** A handler may fail, and opens no entries after a failure. A method must not fail. */
  readonly canFail: boolean;
  readonly names: (wish: string) => string;
  /** The source text of a location; undefined if the text is unknown. */
  readonly sourceLine: (location: SourceLocation) => string | undefined;
};

export function lowerProcedure(procedure: Procedure, options: LowerOptions): LoweredProcedure {
  const names = createNames();
  const name = options.names(procedure.name);
  const parameters = procedure.parameters.map((parameter) => names(parameter.name));
  const lowering = createLowering(procedure, { bits: options.bits, names });
  const { program, shared, canFail } = options;
  const writtenMaps = writtenMapsOf(procedure);
  const entryNames = new Map<number, string>();
  const common = { program, procedure, shared, canFail, parameters, names, lowering };
  const draft: Draft = { ...common, entryNames, aliases: [], writtenMaps };
  openEntries(draft);
  lowerInstructions(draft, options);
  closeEntries(draft);
  const { body, uses, evaluate } = lowering;
  return { procedure, name, parameters, body, uses, evaluate };
}

/** Lowers the instructions in order, with the source line as a comment above the Noir lines of each source line. */
function lowerInstructions(draft: Draft, options: LowerOptions): void {
  const { body } = draft.lowering;
  const types = valueTypes(draft.procedure);
  let lastComment = "";
  draft.procedure.instructions.forEach((instruction, id) => {
    const start = body.length;
    lowerInstruction(draft, id, { instruction, types });
    const comment = instruction.location === undefined ? "" : describe(instruction.location, options);
    if (body.length > start && comment !== "" && comment !== lastComment) {
      body.splice(start, 0, `// ${comment}`);
      lastComment = comment;
    }
  });
}

function writtenMapsOf(procedure: Procedure): Set<number> {
  const maps = procedure.instructions.flatMap((instruction) =>
    instruction.op === "write" ? [openAt(procedure, instruction.handle).map] : [],
  );
  return new Set(maps);
}

function describe(location: SourceLocation, { sourceLine }: LowerOptions): string {
  const text = sourceLine(location);
  return `${basename(location.file)}:${location.line}${text === undefined ? "" : `  ${text}`}`;
}
