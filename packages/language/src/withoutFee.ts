import type { Instruction, Procedure, Program } from "./ir.ts";

/**
 * The methods as a forced transaction runs them: no fee is taken. A value keeps its number, because constants stand for
 * what the fee computed, and a method uses nothing of its fee but constants.
 */
export function methodsWithoutFee({ methods }: Pick<Program, "methods">): Procedure[] {
  return methods.map(withoutFee);
}

function withoutFee(procedure: Procedure): Procedure {
  const { feeSection, ...rest } = procedure;
  if (feeSection === undefined) return procedure;
  const isOfFee = (id: number) => id < feeSection.instructions;
  const instructions = procedure.instructions.map((instruction, id) =>
    isOfFee(id) && instruction.op !== "constant" ? NOTHING : instruction,
  );
  return { ...rest, instructions };
}

const NOTHING: Instruction = { op: "constant", type: { kind: "field" }, value: 0n };
