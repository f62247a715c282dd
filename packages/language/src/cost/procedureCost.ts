import { valueTypes } from "../executor/compileProcedure.ts";
import type { Instruction, Procedure, Program, ScalarType } from "../ir.ts";
import type { LoweredProcedure } from "../noir/loweredProcedure.ts";
import { maximumCounts } from "../noir/sharedEntries.ts";
import { GATE_COSTS, hashGates, rangeGates } from "./gateCosts.ts";

/** What the gates of a procedure are for. */
export const costParts = ["entries", "ranges", "divisions", "messages", "hashes", "conversions", "operations"] as const;
export type CostPart = (typeof costParts)[number];
export type Cost = Readonly<Record<CostPart, number>>;

/**
 * The gates of one procedure in one place of a block. Entries, ranges, divisions and messages are checked once for all
 * procedures of a place, for as many as the most demanding procedure needs; the other parts add up over the procedures,
 * because a circuit runs them all.
 */
export function procedureCost(
  program: Program,
  { procedure, uses }: LoweredProcedure,
  { isMethod, bits }: { readonly isMethod: boolean; readonly bits: number },
): Cost {
  const { constant, computed } = maximumCounts(isMethod, [procedure]);
  return {
    ...sharedCost(program, { ...uses, constant, computed, bits }),
    hashes: sum(procedure.instructions, (instruction) =>
      instruction.op === "hash" ? hashGates(instruction.inputs.length) : 0,
    ),
    conversions: conversionGates(procedure),
    operations: sum(procedure.instructions, operationGates),
  };
}

/** The parts that are checked once for all procedures of a place. */
export function sharedCost(
  program: Program,
  uses: {
    readonly constant: number;
    readonly computed: number;
    readonly ranged: number;
    readonly divisions: number;
    readonly sent: number;
    /** The width of the application's widest integer, at which everything is ranged. */
    readonly bits: number;
  },
): Pick<Cost, "entries" | "ranges" | "divisions" | "messages"> {
  const { constant, computed, ranged, divisions, sent, bits } = uses;
  const keys = Math.max(1, ...program.maps.map((map) => map.keys.length));
  const opened = openedGates(program);
  return {
    entries: constant * opened + computed * (opened + hashGates(1 + keys)),
    ranges: ranged * rangeGates(bits),
    divisions: divisions * GATE_COSTS.division,
    messages: sent * GATE_COSTS.sent,
  };
}

/** An entry that is opened at a known key. */
export function openedGates({ entryWidth }: Program): number {
  return GATE_COSTS.opened + entryWidth * GATE_COSTS.openedValue;
}

export function gatesOf(cost: Cost): number {
  return sum(costParts, (part) => cost[part]);
}

function conversionGates(procedure: Procedure): number {
  const types = valueTypes(procedure);
  const isWide = (type: ScalarType | undefined) => type?.kind === "field" || type?.kind === "address";
  return sum(procedure.instructions, (instruction) => {
    // Both fields are compared with the prime, to be numbers below it.
    if (instruction.op === "lessThan" && isWide(types[instruction.a])) return 2 * GATE_COSTS.fieldConversion;
    if (instruction.op !== "convert") return 0;
    return isWide(types[instruction.value]) && !isWide(instruction.type) ? GATE_COSTS.fieldConversion : 0;
  });
}

/** An operation on the bits of two values, for each bit of their type. */
const BIT_GATES = 4;

/** What an instruction needs in the procedure itself; what it passes on to the shared parts is multiplied there. */
function operationGates(instruction: Instruction): number {
  const guarded = instruction.guard === undefined ? 0 : 1;
  switch (instruction.op) {
    case "constant":
    case "parameter":
    case "context":
    case "read":
    case "not":
    case "bitNot":
    case "hash":
      return 0;
    case "add":
    case "subtract":
      return instruction.type.kind === "field" ? 0 : 3 + guarded;
    case "multiply":
    case "write":
    case "convert":
    case "equal":
      return 2 + guarded;
    // The hints that are bits, their products, and the sums that they make, four terms to a gate.
    case "bitAnd":
    case "bitOr":
    case "bitXor":
      return Math.round(BIT_GATES * instruction.type.bits);
    case "open":
      return 1 + instruction.keys.length;
    case "send":
      return 5 + guarded;
    default:
      return 1 + guarded;
  }
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
