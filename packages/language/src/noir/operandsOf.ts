import type { Instruction, ValueId } from "../ir.ts";

/** The values that an instruction uses, its guard included. */
export function operandsOf(instruction: Instruction): ValueId[] {
  const guard = instruction.guard === undefined ? [] : [instruction.guard];
  const { op } = instruction;
  if (op === "constant" || op === "parameter" || op === "context") return guard;
  if (op === "open") return [...guard, ...instruction.keys];
  if (op === "read") return guard;
  if (op === "write" || op === "convert" || op === "abs") return [...guard, instruction.value];
  if (op === "assert") return [...guard, instruction.condition];
  if (op === "hash") return [...guard, ...instruction.inputs];
  if (op === "pack") return [...guard, ...instruction.parts.map(({ value }) => value)];
  if (op === "not" || op === "bitNot" || op === "shiftLeft") return [...guard, instruction.a];
  if (op === "select") return [...guard, instruction.condition, instruction.a, instruction.b];
  if (op === "mulDiv") return [...guard, instruction.a, instruction.b, instruction.c];
  if (op === "send") {
    const { to, asset, amount, recipient, payload } = instruction;
    return [...guard, to, asset, amount, recipient, payload];
  }
  return [...guard, instruction.a, instruction.b];
}
