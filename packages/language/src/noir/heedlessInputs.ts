import type { BlockSize, BlockWitness } from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import type { Program } from "../ir.ts";
import { loweredOf } from "./blockInputs.ts";
import { encodeBlock } from "./encodeBlock.ts";
import { traceBlock } from "./traceBlock.ts";
import { withoutMissing } from "./withoutMissing.ts";

/**
 * The inputs of a block's circuit as a sequencer would make them that does not care whether a transaction fails, for
 * tests that see the circuit refuse them. `blockInputs` throws instead.
 */
export function heedlessInputs(options: {
  readonly program: Program;
  readonly size: BlockSize;
  readonly witness: BlockWitness;
}): InputMap {
  const { program, size, witness } = options;
  const lowered = loweredOf(program);
  return encodeBlock(lowered, { size, witness, trace: withoutMissing(traceBlock(lowered, witness), witness) });
}
