import { type BlockSize, isForcedSize } from "@frond/protocol";
import type { LoweredProcedure } from "../noir/loweredProcedure.ts";
import type { LoweredGroup, LoweredProgram } from "../noir/lowerProgram.ts";
import { scalarBits } from "../scalarBits.ts";
import { dataGates, existingGates, GATE_COSTS, hashGates, holderGates, insertGates, rangeGates } from "./gateCosts.ts";
import { openedGates, procedureCost, sharedCost, sum } from "./procedureCost.ts";

/**
 * An estimate of the gates of a circuit of blocks, and of a transaction in it (of a forced one, if it has only those).
 */
type BlockGates = { readonly block: number; readonly transaction: number; readonly message: number };

/** Estimates the gates of the block circuit of a size, by {@link GATE_COSTS}. */
export function blockGates(lowered: LoweredProgram, size: BlockSize): BlockGates {
  const { entryWidth } = lowered.program;
  const isForced = isForcedSize(size);
  const transaction = isForced ? forcedGates(lowered) : transactionGates(lowered);
  const message = isForced ? 0 : GATE_COSTS.consumed + groupGates(lowered, "handlers");
  const block =
    GATE_COSTS.block +
    (size.entries - size.inserts) * existingGates(entryWidth) +
    size.inserts * insertGates(entryWidth) +
    dataGates(lowered.program, size) +
    holderGates(lowered.program, size) +
    size.consumed * message +
    size.produced * GATE_COSTS.produced +
    (isForced ? size.forced! : size.transactions) * transaction;
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

/** A forced transaction: the same with its message, and all of it decided instead of demanded. */
function forcedGates(lowered: LoweredProgram): number {
  const { argumentFields, methods } = lowered.program;
  const positions = Array.from({ length: argumentFields }, (_, position) => position);
  const ranged = positions.filter((position) =>
    methods.some(({ parameters: { [position]: parameter } }) => parameter && scalarBits(parameter.type) !== undefined),
  );
  return (
    GATE_COSTS.forced +
    2 * hashGates(2) +
    hashGates(8 + argumentFields) +
    openedGates(lowered.program) +
    ranged.length * GATE_COSTS.decidedArgument +
    groupGates(lowered, "forced")
  );
}

/** All methods, or all handlers, in one place of the block. */
function groupGates(lowered: LoweredProgram, sort: "methods" | "handlers" | "forced"): number {
  const { program, bits } = lowered;
  const { procedures, counts, shape }: LoweredGroup = lowered[sort];
  const isMethod = sort !== "handlers";
  const shared = sharedCost(program, { ...shape, ...counts, bits });
  const gatesOfOwn = (procedure: LoweredProcedure) => {
    const { hashes, conversions, operations } = procedureCost(program, procedure, { isMethod, bits });
    return hashes + conversions + operations + selectionGates(procedure.uses);
  };
  // The fee counts in each method, and the circuit takes the fee once.
  const repeated =
    sort === "methods" && lowered.fee !== undefined ? (procedures.length - 1) * gatesOfOwn(lowered.fee) : 0;
  const own = sum(procedures, gatesOfOwn) - repeated;
  return own + shared.entries + shared.ranges + shared.divisions + shared.messages;
}

/** What a procedure passes on to the shared parts is multiplied by whether it is the one that is called. */
function selectionGates({ ranged, divisions, sent }: LoweredProcedure["uses"]): number {
  return ranged + 3 * divisions + 5 * sent;
}
