import type { Procedure, Program } from "../ir.ts";
import type { Lowering } from "./lowering.ts";
import type { Slots } from "./slots.ts";

/** A procedure that is being lowered. */
export type Draft = {
  readonly program: Program;
  readonly procedure: Procedure;
  readonly slots: Slots;
  /** A handler may fail, and opens no entries after a failure. A method must not fail. */
  readonly canFail: boolean;
  /** The names of the Noir function's parameters. */
  readonly parameters: readonly string[];
  /** Makes a name that is unique within the function. */
  readonly names: (wish: string) => string;
  readonly lowering: Lowering;
  /** The variable of each slot's entry. */
  readonly entryNames: Map<number, string>;
  readonly writtenMaps: ReadonlySet<number>;
};
