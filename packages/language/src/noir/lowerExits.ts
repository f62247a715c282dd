import type { Program } from "../ir.ts";
import { createGlobals, type Globals } from "./globals.ts";
import { createSourceReader, type LoweredGroup, lowerGroup, widestInteger } from "./lowerProgram.ts";
import { createNames } from "./names.ts";

/** The exits of a program, which have a circuit of their own, and so sizes and constants of their own. */
export type LoweredExits = {
  readonly program: Program;
  /** The width of the widest ranged integer. */
  readonly bits: number;
  readonly globals: Globals;
  readonly exits: LoweredGroup;
};

/** The variables of the function that calls the others: a function must not have their names. */
const DISPATCH_NAMES = ["leave", "exit", "args", "effects", "context", "call"];

/** Each program is lowered once. */
const cache = new WeakMap<Program, LoweredExits>();

export function loweredExitsOf(program: Program): LoweredExits {
  let lowered = cache.get(program);
  if (lowered === undefined) {
    lowered = lowerExits(program);
    cache.set(program, lowered);
  }
  return lowered;
}

function lowerExits(program: Program): LoweredExits {
  const bits = widestInteger(program.exits);
  const names = createNames(DISPATCH_NAMES);
  const globals = createGlobals(program);
  const exits = lowerGroup(program.exits, {
    ...{ program, bits, globals, sort: "exits", fee: undefined, sourceLine: createSourceReader() },
    nameOf: ({ name }) => names(name),
  });
  return { program, bits, globals, exits };
}
