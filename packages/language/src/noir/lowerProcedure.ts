import { basename } from "node:path";
import { valueTypes } from "../executor/compileProcedure.ts";
import type { Procedure, Program, SourceLocation } from "../ir.ts";
import type { Draft, ProcedureSort } from "./draft.ts";
import type { Globals } from "./globals.ts";
import { closeEntries, openEntries, writtenPositions } from "./lowerEntries.ts";
import type { LoweredProcedure } from "./loweredProcedure.ts";
import { lowerInstruction } from "./lowerInstruction.ts";
import { createLowering } from "./lowering.ts";
import { createNames } from "./names.ts";
import type { SharedEntries } from "./sharedEntries.ts";
import type { Statement } from "./statements.ts";

export type LowerOptions = {
  readonly program: Program;
  readonly shared: SharedEntries;
  /** The width of the ranged integers: the application's widest integer. */
  readonly bits: number;
  readonly sort: ProcedureSort;
  /** The name of the function. */
  readonly name: string;
  readonly globals: Globals;
  /** The fee that is taken before the procedure, whose instructions are in front of the procedure's own. */
  readonly fee?: LoweredProcedure | undefined;
  /** The source text of a location; undefined if the text is unknown. */
  readonly sourceLine: (location: SourceLocation) => string | undefined;
};

export function lowerProcedure(procedure: Procedure, options: LowerOptions): LoweredProcedure {
  const { program, shared, sort, bits, name, globals, fee } = options;
  const canFail = sort === "handlers" || sort === "forced";
  const names = createNames();
  const parameters = procedure.parameters.map((parameter) => names(parameter.name));
  const lowering = createLowering(procedure, { program, bits, names, globals, before: fee });
  const start = fee === undefined ? 0 : fee.procedure.instructions.length;
  const written = writtenPositions(procedure, start);
  const common = { program, procedure, shared, sort, canFail, parameters, names, globals, lowering, fee };
  const draft: Draft = { ...common, entries: new Map(), aliases: [], written };
  openEntries(draft);
  lowerInstructions(draft, start, options);
  closeEntries(draft);
  const { body, uses, evaluate } = lowering;
  const writtenEntries = new Map(
    shared.opened.flatMap(({ index, map }) => (written.has(map) ? [[index, draft.entries.get(index)!] as const] : [])),
  );
  return { procedure, name, parameters, body, shared, writtenEntries, written, uses, evaluate };
}

/**
 * Lowers the instructions from `start` on in order, with the source line as a comment above the Noir lines of each
 * source line. An earlier instruction is one of the fee, of which a procedure uses constants only.
 */
function lowerInstructions(draft: Draft, start: number, options: LowerOptions): void {
  const { body } = draft.lowering;
  const types = valueTypes(draft.procedure);
  let lastComment = "";
  draft.procedure.instructions.forEach((instruction, id) => {
    if (id < start && instruction.op !== "constant") return;
    const firstLine = body.length;
    lowerInstruction(draft, id, { instruction, types });
    if (body.length === firstLine || instruction.location === undefined) return;
    const comment = describe(instruction.location, options);
    const message = instruction.op === "assert" ? JSON.stringify(instruction.message) : "";
    const comments = [...(comment === lastComment ? [] : [comment]), ...(comment.includes(message) ? [] : [message])];
    body.splice(firstLine, 0, ...comments.map((text): Statement => ({ kind: "comment", text })));
    lastComment = comment;
  });
}

function describe(location: SourceLocation, { sourceLine }: LowerOptions): string {
  const text = sourceLine(location);
  return `${basename(location.file)}:${location.line}${text === undefined ? "" : `  ${text}`}`;
}
