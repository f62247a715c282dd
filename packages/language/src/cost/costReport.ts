import { type BlockSize, isForcedSize } from "@frond/protocol";
import type { Demand, Span } from "../demand/demandOf.ts";
import { demandsOf } from "../demand/requireRoom.ts";
import type { Program } from "../ir.ts";
import { lowerProgram } from "../noir/lowerProgram.ts";
import { blockGates } from "./blockGates.ts";
import { MOST_GATES } from "./gateCosts.ts";
import { type Cost, type CostPart, costParts, gatesOf, procedureCost } from "./procedureCost.ts";
import { type UnusedResult, unusedResults } from "./unusedResults.ts";

/** What an application costs. All gates are estimates (docs/costs.md). */
export type CostReport = {
  readonly application: string;
  readonly procedures: readonly ProcedureReport[];
  readonly sizes: readonly SizeReport[];
};

/** What one method or handler costs. */
export type ProcedureReport = {
  /** The sort and the name: "the method `swap`". */
  readonly title: string;
  readonly name: string;
  readonly isMethod: boolean;
  readonly entries: Span;
  readonly messages: Span;
  readonly instructions: number;
  /** Gates of its own, for one call: of what it computes, and of what it opens, checks and sends. */
  readonly gates: number;
  readonly gatesByPart: Cost;
  /** The part with the most gates, and its share of them. */
  readonly dominant: { readonly part: CostPart; readonly share: number } | undefined;
  readonly shares: readonly BlockShare[];
  /** What it computes, gives a name, and does not use: perhaps what should have been written to the state. */
  readonly unused: readonly UnusedResult[];
};

/** How much of a block of one size a call takes, if the block holds such calls alone. */
export type BlockShare = {
  readonly size: string;
  /** How many calls fit if all of their entries exist, and what there is too little of for more. */
  readonly calls: number;
  readonly limit: Limit;
  /** The same if all of their entries are new. */
  readonly newCalls: number;
  readonly newLimit: Limit;
  /** The share of the circuit's gates that this method or handler has of its own, in all places of the block. */
  readonly circuitShare: number;
};

export type Limit = "transactions" | "consumed" | "entries" | "inserts" | "produced";

/** The circuit of one size. A transaction pays for all methods, whichever it calls, and a message for all handlers. */
export type SizeReport = {
  readonly size: BlockSize;
  readonly gates: number;
  readonly gatesPerTransaction: number;
  readonly gatesPerMessage: number;
  /** Whether the development and the real reference string have points for so many gates. */
  readonly isProvable: boolean;
};

/** Reports what the methods and handlers of a program cost in blocks of each size. */
export function costReport(program: Program, sizes: readonly BlockSize[]): CostReport {
  const lowered = lowerProgram(program);
  const circuits = sizes.map((size) => ({ size, ...blockGates(lowered, size) }));
  const procedures = [...lowered.methods.procedures, ...lowered.handlers.procedures];
  const reports = demandsOf(program).map(({ title, procedure, demand }, i) => {
    const isMethod = i < program.methods.length;
    const cost = rounded(procedureCost(program, procedures[i]!, { isMethod, bits: lowered.bits }));
    const gates = gatesOf(cost);
    return {
      title,
      name: procedure.name,
      isMethod,
      entries: demand.entries,
      messages: demand.messages,
      instructions: procedure.instructions.length,
      gates,
      gatesByPart: cost,
      dominant: dominantOf(cost),
      shares: circuits
        .filter(({ size }) => !isForcedSize(size))
        .map(({ size, block }) => ({
          size: size.name,
          ...callsIn(size, demand, isMethod),
          circuitShare: (gates * (isMethod ? size.transactions : size.consumed)) / block,
        })),
      unused: unusedResults(procedure),
    };
  });
  return {
    application: program.name,
    procedures: reports,
    sizes: circuits.map(({ size, block, transaction, message }) => ({
      size,
      gates: block,
      gatesPerTransaction: transaction,
      gatesPerMessage: message,
      isProvable: block <= MOST_GATES,
    })),
  };
}

/** Estimates have no fractions of a gate; `gates` is the sum of the parts as they are shown. */
function rounded(cost: Cost): Cost {
  return Object.fromEntries(costParts.map((part) => [part, Math.round(cost[part])])) as Cost;
}

function dominantOf(cost: Cost): ProcedureReport["dominant"] {
  const [part] = [...costParts].sort((a, b) => cost[b] - cost[a]);
  const all = gatesOf(cost);
  return part === undefined || all === 0 ? undefined : { part, share: cost[part] / all };
}

/** By the most that a call may open and send. */
function callsIn(
  size: BlockSize,
  demand: Demand,
  isMethod: boolean,
): Pick<BlockShare, "calls" | "limit" | "newCalls" | "newLimit"> {
  const places: [Limit, number] = isMethod ? ["transactions", size.transactions] : ["consumed", size.consumed];
  const messages: [Limit, number] = ["produced", fitting(size.produced, { each: demand.messages.most })];
  const room = (places: number) =>
    fitting(places, { each: Math.max(0, demand.entries.most - demand.fixed), once: demand.fixed });
  const [limit, calls] = least([places, messages, ["entries", room(size.entries - size.inserts)]]);
  const [newLimit, newCalls] = least([places, messages, ["inserts", room(size.inserts)]]);
  return { calls, limit, newCalls, newLimit };
}

/** How many calls fit into `places` that take `once` together and `each` each. */
function fitting(places: number, { each, once = 0 }: { readonly each: number; readonly once?: number }): number {
  if (once > places) return 0;
  return each === 0 ? Number.POSITIVE_INFINITY : Math.floor((places - once) / each);
}

function least(limits: readonly (readonly [Limit, number])[]): readonly [Limit, number] {
  return limits.reduce((smallest, limit) => (limit[1] < smallest[1] ? limit : smallest));
}
