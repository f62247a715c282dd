import type { BlockSize } from "@frond/protocol";
import type { LoweredProcedure } from "../noir/lowerProcedure.ts";
import type { LoweredGroup, LoweredProgram } from "../noir/lowerProgram.ts";
import { scalarBits } from "../scalarBits.ts";
import { existingGates, GATE_COSTS, hashGates, insertGates, rangeGates } from "./gateCosts.ts";
import { openedGates, procedureCost, sharedCost, sum } from "./procedureCost.ts";

/** An estimate of the gates of a block's circuit, and of a transaction and of a message in it. */
type BlockGates = { readonly block: number; readonly transaction: number; readonly message: number };

/** Estimates the gates of the block circuit of a size, by {@link GATE_COSTS}. */
export function blockGates(lowered: LoweredProgram, size: BlockSize): BlockGates {
  const { entryWidth } = lowered.program;
  const transaction = transactionGates(lowered);
  const message = GATE_COSTS.consumed + groupGates(lowered, "handlers");
  const block =
    GATE_COSTS.block +
    (size.entries - size.inserts) * existingGates(entryWidth) +
    size.inserts * insertGates(entryWidth) +
    hashGates(size.entries * (1 + entryWidth)) +
    size.consumed * message +
    size.produced * GATE_COSTS.produced +
    size.transactions * transaction;
  return { block: Math.round(block), transaction: Math.round(transaction), message: Math.round(message) };
}

/** A transaction: its signature, its words, its arguments, its sender's account, and all methods. */
function transactionGates(lowered: LoweredProgram): number {
  const { argumentFields, methods } = lowered.program;
  const widths = methods.flatMap(({ parameters }) =>
    parameters.map(({ type }, position) => `${position} ${scalarBits(type) ?? type.kind}`),
  );
  const ranged = sum([...new Set(widths)], (width) => {
    const bits = Number(width.split(" ")[1]);
    return Number.isNaN(bits) ? 1 : rangeGates(bits);
  });
  return (
    GATE_COSTS.transaction +
    2 * hashGates(2) +
    hashGates(8 + argumentFields) +
    openedGates(lowered.program) +
    ranged +
    groupGates(lowered, "methods")
  );
}

/** All methods, or all handlers, in one place of the block. */
function groupGates(lowered: LoweredProgram, sort: "methods" | "handlers"): number {
  const { program, bits } = lowered;
  const { procedures, counts, shape }: LoweredGroup = lowered[sort];
  const isMethod = sort === "methods";
  const shared = sharedCost(program, { ...shape, ...counts, bits });
  const own = sum(procedures, (procedure) => {
    const { hashes, conversions, operations } = procedureCost(program, procedure, { isMethod, bits });
    return hashes + conversions + operations + selectionGates(procedure.uses);
  });
  return own + shared.entries + shared.ranges + shared.divisions + shared.messages;
}

/** What a procedure passes on to the shared parts is multiplied by whether it is the one that is called. */
function selectionGates({ ranged, divisions, sent }: LoweredProcedure["uses"]): number {
  return ranged + 3 * divisions + 5 * sent;
}
