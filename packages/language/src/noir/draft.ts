import type { Procedure, Program } from "../ir.ts";
import type { Expression } from "./expressions.ts";
import type { Globals } from "./globals.ts";
import type { LoweredProcedure } from "./loweredProcedure.ts";
import type { Lowering } from "./lowering.ts";
import type { SharedEntries } from "./sharedEntries.ts";

/** Methods run for transactions, handlers for messages, exits for accounts that leave. */
export type ProcedureSort = "methods" | "handlers" | "exits" | "forced";

/** A procedure that is being lowered. */
export type Draft = {
  readonly program: Program;
  readonly procedure: Procedure;
  readonly shared: SharedEntries;
  readonly sort: ProcedureSort;
  /** A handler may fail, and opens no entries after a failure. Others must not fail. */
  readonly canFail: boolean;
  /** The names of the Noir function's parameters. */
  readonly parameters: readonly string[];
  /** Makes a name that is unique within the function. */
  readonly names: (wish: string) => string;
  readonly globals: Globals;
  readonly lowering: Lowering;
  /** The fee that is taken before a method: the method finds the entries as the fee leaves them. */
  readonly fee: LoweredProcedure | undefined;
  /** The variable of each shared entry, by the entry's index. */
  readonly entries: Map<number, Expression>;
  /** The pairs of shared entries that may be one entry of the state, with the variable that tells whether they are. */
  readonly aliases: { readonly indices: readonly [number, number]; readonly isSame: Expression }[];
  /** The positions that the function itself writes, by map. */
  readonly written: ReadonlyMap<number, readonly number[]>;
};
