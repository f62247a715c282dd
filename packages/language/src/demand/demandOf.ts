import type { Procedure } from "../ir.ts";
import { alwaysOpened, branchesOf, everOpened, leastOpened, messagesOf, mostOpened } from "./branches.ts";
import { isFixedEntry } from "./entryNames.ts";

/** The least and the greatest number over all calls; which holds depends on the conditions of `when`. */
export type Span = { readonly least: number; readonly most: number };

/**
 * What the calls of a procedure take of a block. Two entries whose keys are computed in different ways count as two,
 * although an argument may make them one.
 */
export type Demand = {
  readonly entries: Span;
  readonly messages: Span;
  /** The entries that every call opens, and all that a call may open. An entry's name begins with its map's number. */
  readonly always: ReadonlySet<string>;
  readonly ever: ReadonlySet<string>;
  /** How many of these all calls of a block open together: cells, entries of constant keys, the account for fees. */
  readonly fixed: number;
};

export function demandOf(procedure: Procedure, options: { readonly isMethod: boolean }): Demand {
  const root = branchesOf(procedure, options);
  const ever = everOpened(root);
  return {
    entries: { least: leastOpened(root), most: Math.min(mostOpened(root), ever.size) },
    messages: { least: messagesOf(root, Math.min), most: messagesOf(root, Math.max) },
    always: alwaysOpened(root),
    ever,
    fixed: [...ever].filter(isFixedEntry).length,
  };
}

/** The number of the map of an entry, by the entry's name. */
export function mapOfEntry(entry: string): number {
  return Number.parseInt(entry, 10);
}
