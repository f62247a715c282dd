import { L1_LAYER_ID } from "@frond/protocol";
import type { Instruction, Procedure, ValueId } from "./ir.ts";

/**
 * The positions of the arguments that a method always uses as recipients on L1. A client can refuse a value that is no
 * Ethereum address before it signs the call. Recipients that depend on a guard or on the destination of a call are not
 * included; the method itself fails for a wrong one.
 */
export function layerOneRecipients({ instructions }: Procedure): number[] {
  const positions = instructions.flatMap((instruction) => {
    if (instruction.op !== "send" || instruction.guard !== undefined) return [];
    const to = instructions[instruction.to]!;
    if (to.op !== "constant" || to.value !== L1_LAYER_ID) return [];
    const recipient = unconverted(instructions, instruction.recipient);
    return recipient.op === "parameter" ? [recipient.index] : [];
  });
  return [...new Set(positions)];
}

function unconverted(instructions: readonly Instruction[], id: ValueId): Instruction {
  const instruction = instructions[id]!;
  return instruction.op === "convert" ? unconverted(instructions, instruction.value) : instruction;
}
