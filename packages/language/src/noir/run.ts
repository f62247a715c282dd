import type { Field } from "@frond/foundation";
import type { ContextName, ValueId } from "../ir.ts";

/** One run of a procedure as the circuit makes it: every instruction gives a value, whatever failed before. */
export type Run = {
  readonly context: Readonly<Partial<Record<ContextName, Field>>>;
  readonly args: readonly Field[];
  /** Value of each instruction so far; booleans are 0 and 1. */
  readonly values: Field[];
  /** The values of the entry of each slot as they are at the moment. Handles that name one entry share one array. */
  readonly entries: Field[][];
  /** Key of each slot's entry, or 0 if none is opened. */
  readonly keys: Field[];
  readonly bits: Field[];
  readonly hints: Field[];
  readonly quotients: QuotientHint[];
  readonly sent: SentMessage[];
  /** Instructions whose check failed, in order. */
  readonly failures: ValueId[];
  /** The values of an entry, the same array whenever the same key is asked for. With key 0, that of no entry of `map`. */
  readonly entryAt: (key: Field, map: number) => Field[];
};

export type QuotientHint = { readonly fits: Field; readonly quotient: Field; readonly remainder: Field };

export type SentMessage = {
  readonly used: boolean;
  readonly to: Field;
  readonly kind: Field;
  readonly asset: Field;
  readonly amount: Field;
  readonly recipient: Field;
  readonly payload: Field;
};
