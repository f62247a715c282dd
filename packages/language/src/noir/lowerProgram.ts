import { readFileSync } from "node:fs";
import { callPartsOf } from "../callParts.ts";
import type { Handler, Procedure, Program, SourceLocation } from "../ir.ts";
import { type LoweredProcedure, lowerProcedure } from "./lowerProcedure.ts";
import { createNames } from "./names.ts";
import { assignSlots, maximumCounts, type SlotCounts } from "./slots.ts";

/** The procedures of one sort, and how much of everything they share: as much as the one that needs most. */
export type LoweredGroup = {
  readonly procedures: readonly LoweredProcedure[];
  readonly counts: SlotCounts;
  readonly shape: Shape;
};

/** Sizes of `Call`, `Effects` and `Trace` in the circuit library's `procedure.nr` and `block.nr`. */
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
  /** Width of the widest integer that is ranged. */
  readonly bits: number;
  readonly methods: LoweredGroup;
  readonly handlers: LoweredGroup;
};

export function lowerProgram(program: Program): LoweredProgram {
  const bits = widestInteger(program);
  const names = createNames();
  const sourceLine = createSourceReader();
  const lowerGroup = (sort: "methods" | "handlers"): LoweredGroup => {
    const isMethod = sort === "methods";
    const counts = maximumCounts(isMethod, program[sort]);
    const procedures = program[sort].map((procedure) =>
      lowerProcedure(procedure, {
        program,
        slots: assignSlots(procedure, counts),
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
      // A handler's first place is also that of the bounce.
      sent: Math.max(isMethod ? 0 : 1, most("sent")),
    };
    return { procedures, counts, shape };
  };
  return { program, bits, methods: lowerGroup("methods"), handlers: lowerGroup("handlers") };
}

/** Calls and their bounces have names of the application's own choice, which may be those of other messages. */
function prefixOf(procedure: Procedure): string {
  const { kind, selector } = procedure as Partial<Handler>;
  return selector === undefined ? "" : callPartsOf(kind!)!.prefix;
}

/** 128 as soon as anything is divided by something unknown. */
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

/** Reads lines of the application's source for the comments; what can't be read is left out. */
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
