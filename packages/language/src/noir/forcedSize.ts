import { type BlockSize, FORCED_NAME, isForcedSize } from "@frond/protocol";
import { demandOf } from "../demand/demandOf.ts";
import type { Program } from "../ir.ts";
import { methodsWithoutFee } from "../withoutFee.ts";
import { defaultSizes } from "./blockSizes.ts";

/** Places of the derived size, which stays small: it is proven seldom, and everybody keeps a circuit for it. */
const FORCED = 4;
const FEWEST_EXISTING = 6;
const FEWEST_INSERTS = 3;

/**
 * All sizes of a layer's blocks: those that are given, by default {@link defaultSizes}, and one for forced
 * transactions, derived from the methods unless it is among those given.
 */
export function allSizes(
  program: Pick<Program, "methods" | "maps">,
  sizes: readonly BlockSize[] = defaultSizes(program),
): readonly BlockSize[] {
  return sizes.some(isForcedSize) ? sizes : [...sizes, forcedSizeOf(program)];
}

/**
 * The size for forced transactions of an application. It holds one call of any method, whether all entries that the
 * call opens exist or all are new: a forced transaction that fitted no block could not be executed, and L1 would freeze
 * the layer.
 */
function forcedSizeOf(program: Pick<Program, "methods">): BlockSize {
  const { opened, sent } = mostForced(program);
  const inserts = Math.max(FEWEST_INSERTS, opened);
  return {
    name: FORCED_NAME,
    transactions: 0,
    forced: FORCED,
    entries: Math.max(FEWEST_EXISTING, opened) + inserts,
    inserts,
    consumed: 0,
    produced: Math.max(1, sent),
  };
}

/** The most that one forced transaction opens and sends. */
export function mostForced(program: Pick<Program, "methods">): { readonly opened: number; readonly sent: number } {
  const demands = methodsWithoutFee(program).map((procedure) => demandOf(procedure, { isMethod: true }));
  return {
    opened: Math.max(1, ...demands.map(({ entries }) => entries.most)),
    sent: Math.max(0, ...demands.map(({ messages }) => messages.most)),
  };
}

/** Whether a block of the size holds any one forced transaction. */
export function holdsForced(size: BlockSize, { opened, sent }: ReturnType<typeof mostForced>): boolean {
  const { forced = 0, entries, inserts, produced } = size;
  return forced > 0 && opened <= inserts && opened <= entries - inserts && sent <= produced;
}
