import { readFileSync } from "node:fs";
import { MessageKind } from "@frond/protocol";
import type { Handler, Procedure, Program, SourceLocation } from "../ir.ts";
import { type LoweredProcedure, lowerProcedure } from "./lowerProcedure.ts";
import { createNames } from "./names.ts";
import { assignShared, maximumCounts, type SharedCounts } from "./sharedEntries.ts";

/** The procedures of one sort, and the sizes of everything that they share: the maximum over the procedures. */
export type LoweredGroup = {
  readonly procedures: readonly LoweredProcedure[];
  readonly counts: SharedCounts;
  readonly shape: Shape;
};

/** The sizes of `Call`, `Effects` and `Trace` in the circuit library's `procedure.nr` and `block.nr`. */
export type Shape = {
  readonly entries: number;
  readonly keys: number;
  readonly bits: number;
  readonly hints: number;
  readonly ranged: number;
  readonly divisions: number;
  readonly sent: number;
};

export type LoweredProgram = {
  readonly program: Program;
  /** The width of the widest ranged integer. */
  readonly bits: number;
  readonly methods: LoweredGroup;
  readonly handlers: LoweredGroup;
};

export function lowerProgram(program: Program): LoweredProgram {
  const bits = widestInteger(program);
  const names = createNames();
  const sourceLine = createSourceReader();
  function lowerGroup(sort: "methods" | "handlers"): LoweredGroup {
    const isMethod = sort === "methods";
    const counts = maximumCounts(isMethod, program[sort]);
    const procedures = program[sort].map((procedure) =>
      lowerProcedure(procedure, {
        program,
        shared: assignShared(procedure, counts),
        bits,
        canFail: !isMethod,
        names: isMethod ? names : (wish) => names(`on_${prefixOf(procedure)}${wish}`),
        sourceLine,
      }),
    );
    const most = (uses: keyof LoweredProcedure["uses"]) =>
      Math.max(0, ...procedures.map((lowered) => lowered.uses[uses]));
    const shape: Shape = {
      entries: Math.max(1, (isMethod ? 1 : 0) + counts.constant + counts.computed),
      keys: Math.max(1, ...program.maps.map(({ keys }) => keys.length)),
      bits: most("bits"),
      hints: most("hints"),
      ranged: most("ranged"),
      divisions: most("divisions"),
      // A handler's first message place also holds the bounce.
      sent: Math.max(isMethod ? 0 : 1, most("sent")),
    };
    return { procedures, counts, shape };
  }
  return { program, bits, methods: lowerGroup("methods"), handlers: lowerGroup("handlers") };
}

/** Prefixes calls and bounces, because the application chooses their names, which may equal those of other handlers. */
function prefixOf(procedure: Procedure): string {
  const { kind, selector } = procedure as Partial<Handler>;
  if (selector === undefined) return "";
  return kind === MessageKind.call ? "call_" : "bounced_";
}

/** At least 128 bits if the program divides, because divisions need that range. */
function widestInteger(program: Program): number {
  let widest = 8;
  for (const { instructions } of [...program.methods, ...program.handlers]) {
    for (const instruction of instructions) {
      if (["mulDiv", "divide", "remainder"].includes(instruction.op)) widest = 128;
      const type = "type" in instruction ? instruction.type : undefined;
      if (type?.kind === "integer") widest = Math.max(widest, type.bits);
    }
  }
  return widest;
}

/** Reads lines of the application's source, for comments. An unreadable line is omitted. */
function createSourceReader(): (location: SourceLocation) => string | undefined {
  const files = new Map<string, string[]>();
  return ({ file, line }) => {
    let lines = files.get(file);
    if (lines === undefined) {
      try {
        lines = readFileSync(file, "utf8").split("\n");
      } catch {
        lines = [];
      }
      files.set(file, lines);
    }
    return lines[line - 1]?.trim() || undefined;
  };
}
