import { L1_LAYER_ID } from "@frond/protocol";
import type { Instruction, Procedure, ValueId } from "./ir.ts";

/**
 * Positions of the arguments that a method sends to on L1 whenever it succeeds, so that a client can refuse one that is
 * no Ethereum address before it signs. What a method decides as it runs, by a guard or by the layer that a call goes
 * to, is not among them: there the method fails by itself.
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
