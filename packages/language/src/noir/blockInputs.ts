import { FrondError } from "@frond/foundation";
import type { InputMap } from "@noir-lang/types";
import { formatLocation } from "../errors.ts";
import { describeFailure } from "../executor/describeFailure.ts";
import type { Program } from "../ir.ts";
import { type BlockInputs, encodeBlock } from "./encodeBlock.ts";
import { type LoweredProgram, lowerProgram } from "./lowerProgram.ts";
import { type BlockFailure, traceBlock } from "./traceBlock.ts";

/**
 * The inputs of the circuit that `blockCircuit` generates for the same program and size.
 * @throws {@link TransactionFailedError} when the method of a transaction fails
 * @throws BlockSizeError when the witness exceeds the size
 */
export function blockInputs({
  program,
  size,
  witness,
  data = program.data,
}: { readonly program: Program } & BlockInputs): InputMap {
  const lowered = loweredOf(program);
  const trace = traceBlock(lowered, witness);
  const failure = trace.failures[0];
  if (failure !== undefined) throw new TransactionFailedError(failure);
  return encodeBlock(lowered, { size, witness, trace, data });
}

/** Each program is lowered once. */
const cache = new WeakMap<Program, LoweredProgram>();

export function loweredOf(program: Program): LoweredProgram {
  let lowered = cache.get(program);
  if (lowered === undefined) {
    lowered = lowerProgram(program);
    cache.set(program, lowered);
  }
  return lowered;
}

export class TransactionFailedError extends FrondError {
  constructor({ transaction, procedure, instruction }: BlockFailure) {
    const failed = instruction === undefined ? undefined : procedure?.instructions[instruction];
    const reason = failed === undefined ? "there is no such method" : describeFailure(failed);
    const where = failed?.location === undefined ? "" : ` at ${formatLocation(failed.location)}`;
    super({
      code: "language/transaction-failed",
      data: { transaction, method: procedure?.name ?? null },
      message:
        `Transaction ${transaction} of the block can't be proven: ${reason}${where}. ` +
        "Leave the transaction out of the block.",
    });
  }
}
