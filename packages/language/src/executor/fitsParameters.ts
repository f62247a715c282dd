import type { Field } from "@frond/foundation";
import type { Procedure } from "../ir.ts";
import { scalarLimit } from "../scalarBits.ts";

/** Whether the arguments are in the ranges of the procedure's parameters. What follows the last parameter is free. */
export function fitsParameters(procedure: Procedure, args: readonly Field[]): boolean {
  return firstOutOfRange(procedure, args) === undefined;
}

/** The name of the first parameter whose argument is out of range. */
export function firstOutOfRange({ parameters }: Procedure, args: readonly Field[]): string | undefined {
  return parameters.find(({ type }, i) => args[i]! < 0n || args[i]! >= scalarLimit(type))?.name;
}
