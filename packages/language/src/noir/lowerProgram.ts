import { readFileSync } from "node:fs";
import { callPartsOf } from "../callParts.ts";
import type { Handler, Procedure, Program, SourceLocation } from "../ir.ts";
import { methodsWithoutFee } from "../withoutFee.ts";
import { createGlobals, type Globals } from "./globals.ts";
import type { LoweredProcedure } from "./loweredProcedure.ts";
import { type LowerOptions, lowerProcedure } from "./lowerProcedure.ts";
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
  readonly globals: Globals;
  /** The fee, which is taken before each method, if the program has one. */
  readonly fee: LoweredProcedure | undefined;
  readonly methods: LoweredGroup;
  readonly handlers: LoweredGroup;
  /** The methods as forced transactions run them: without the fee, and failing instead of being refused. */
  readonly forced: LoweredGroup;
};

/** The fee, and the variables of the functions that call the others: a function must not have their names. */
const DISPATCH_NAMES = ["fee", "fee_effects", "after_fee", "used", "method", "args", "packed"];

export function lowerProgram(program: Program): LoweredProgram {
  const bits = widestInteger([...program.methods, ...program.handlers]);
  const names = createNames(DISPATCH_NAMES);
  const globals = createGlobals(program);
  const common = { program, bits, globals, sourceLine: createSourceReader() };
  const fee = lowerFee();

  /** All methods begin with the same instructions, and so with the same shared entries and places. */
  function lowerFee(): LoweredProcedure | undefined {
    const [method] = program.methods;
    if (method?.feeSection === undefined) return undefined;
    const { instructions: count, ...place } = method.feeSection;
    const procedure = { name: "fee", parameters: [], instructions: method.instructions.slice(0, count), ...place };
    const shared = assignShared(procedure, maximumCounts(true, program.methods));
    return lowerProcedure(procedure, { ...common, shared, sort: "methods", name: "fee" });
  }

  const forcedNames = createNames(DISPATCH_NAMES);
  return {
    program,
    bits,
    globals,
    fee,
    methods: lowerGroup(program.methods, { ...common, sort: "methods", fee, nameOf: ({ name }) => names(name) }),
    handlers: lowerGroup(program.handlers, {
      ...common,
      sort: "handlers",
      fee: undefined,
      nameOf: (handler) => names(`on_${prefixOf(handler)}${handler.name}`),
    }),
    // Last, so that the names in the modules of other blocks do not depend on it.
    forced: lowerGroup(methodsWithoutFee(program), {
      ...common,
      sort: "forced",
      fee: undefined,
      nameOf: ({ name }) => forcedNames(name),
    }),
  };
}

/** Lowers procedures of one sort, which share their places. */
export function lowerGroup(
  procedures: readonly Procedure[],
  options: Omit<LowerOptions, "shared" | "name"> & { readonly nameOf: (procedure: Procedure) => string },
): LoweredGroup {
  const { sort, program, nameOf } = options;
  const isMethod = sort === "methods" || sort === "forced";
  const counts = maximumCounts(isMethod, procedures);
  const lowered = procedures.map((procedure) =>
    lowerProcedure(procedure, { ...options, shared: assignShared(procedure, counts), name: nameOf(procedure) }),
  );
  const most = (uses: keyof LoweredProcedure["uses"]) => Math.max(0, ...lowered.map((one) => one.uses[uses]));
  const shape: Shape = {
    entries: Math.max(1, (isMethod ? 1 : 0) + counts.constant + counts.computed),
    keys: Math.max(1, ...program.maps.map(({ keys }) => keys.length)),
    bits: most("bits"),
    hints: most("hints"),
    ranged: most("ranged"),
    divisions: most("divisions"),
    // A handler's first message place also holds the bounce.
    sent: Math.max(sort === "handlers" ? 1 : 0, most("sent")),
  };
  return { procedures: lowered, counts, shape };
}

/** Prefixes calls and bounces, because the application chooses their names, which may equal those of other handlers. */
function prefixOf(procedure: Procedure): string {
  const { kind, selector } = procedure as Partial<Handler>;
  return selector === undefined ? "" : callPartsOf(kind!)!.prefix;
}

/** At least 128 bits if a procedure divides, because divisions need that range. */
export function widestInteger(procedures: readonly Procedure[]): number {
  let widest = 8;
  for (const { instructions } of procedures) {
    for (const instruction of instructions) {
      if (["mulDiv", "divide", "remainder"].includes(instruction.op)) widest = 128;
      const type = "type" in instruction ? instruction.type : undefined;
      if (type?.kind === "integer" || type?.kind === "signed") widest = Math.max(widest, type.bits);
    }
  }
  return widest;
}

/** Reads lines of the application's source, for comments. An unreadable line is omitted. */
export function createSourceReader(): (location: SourceLocation) => string | undefined {
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
