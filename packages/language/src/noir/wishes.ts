import { fieldNameAt } from "../fieldNameAt.ts";
import type { Instruction, Procedure, Program, ValueId } from "../ir.ts";

/** The names of ASCII letters, digits and underscores, as Noir has them. */
const NOIR_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/**
 * The names of the values of a procedure: the name that the source gives the value, or else the field of the state to
 * which the computed value is written. Other values are named after their operation.
 */
export function wishesOf({ instructions }: Procedure, program: Program): ReadonlyMap<ValueId, string> {
  const wishes = new Map<ValueId, string>();
  for (const [id, instruction] of instructions.entries()) {
    const wish = wishOf(instruction);
    if (wish !== undefined) wishes.set(id, wish);
    else if (instruction.op === "not" && instructions[instruction.a]!.op === "lessThan") wishes.set(id, "is_not_less");
    if (instruction.op !== "write") continue;
    const { handle, field, value } = instruction;
    const handled = instructions[handle]!;
    const written = handled.op === "open" ? fieldNameAt(program, handled.map, field) : undefined;
    if (written === undefined || wishes.has(value) || instructions[value]!.op === "read") continue;
    wishes.set(value, `new_${written}`);
  }
  return wishes;
}

export function wishOf({ op, label }: Instruction): string | undefined {
  if (label === undefined || !NOIR_NAME.test(label)) return undefined;
  return op === "pack" ? `${label}_call` : label;
}
