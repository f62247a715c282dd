import type { Procedure, Program } from "../ir.ts";
import type { Lowering } from "./lowering.ts";
import type { SharedEntries } from "./sharedEntries.ts";

/** A procedure that is being lowered. */
export type Draft = {
  readonly program: Program;
  readonly procedure: Procedure;
  readonly shared: SharedEntries;
  /** A handler may fail, and opens no entries after a failure. A method must not fail. */
  readonly canFail: boolean;
  /** The names of the Noir function's parameters. */
  readonly parameters: readonly string[];
  /** Makes a name that is unique within the function. */
  readonly names: (wish: string) => string;
  readonly lowering: Lowering;
  /** The variable of each shared entry, by the entry's index. */
  readonly entryNames: Map<number, string>;
  /** The pairs of shared entries that may be one entry of the state, with the variable that tells whether they are. */
  readonly aliases: { readonly indices: readonly [number, number]; readonly isSame: string }[];
  readonly writtenMaps: ReadonlySet<number>;
};
