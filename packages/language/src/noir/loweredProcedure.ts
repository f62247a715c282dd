import type { Procedure } from "../ir.ts";
import type { Expression } from "./expressions.ts";
import type { Run } from "./run.ts";
import type { SharedEntries } from "./sharedEntries.ts";
import type { Statement } from "./statements.ts";

/** A procedure as a function in Noir, with the computation of the function's hints. */
export type LoweredProcedure = {
  readonly procedure: Procedure;
  /** The name of the function. */
  readonly name: string;
  /** The names of the function's parameters. */
  readonly parameters: readonly string[];
  readonly body: readonly Statement[];
  readonly shared: SharedEntries;
  /** The variable of each shared entry that the function writes, by the entry's index. */
  readonly writtenEntries: ReadonlyMap<number, Expression>;
  /** The positions that the function writes, by map. */
  readonly written: ReadonlyMap<number, readonly number[]>;
  /** The number of shared places that the function uses, with those of the fee before it. */
  readonly uses: Uses;
  /** Runs the procedure, and the fee before it: fills the run's values, keys, hints, messages and failures. */
  readonly evaluate: (run: Run) => void;
};

/** The number of shared places of each sort. */
export type Uses = {
  readonly bits: number;
  readonly hints: number;
  readonly ranged: number;
  readonly divisions: number;
  readonly sent: number;
};
