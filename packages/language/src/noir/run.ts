import type { Field } from "@frond/foundation";
import type { ContextName, ValueId } from "../ir.ts";

/** One run of a procedure as the circuit executes it: every instruction yields a value, also after a failure. */
export type Run = {
  readonly context: Readonly<Partial<Record<ContextName, Field>>>;
  readonly args: readonly Field[];
  /** The values of the instructions so far; booleans are 0 and 1. */
  readonly values: Field[];
  /** The present values of each shared entry. Handles of one entry share one array. */
  readonly entries: Field[][];
  /** The key of each shared entry; 0 for an entry that is not opened. */
  readonly keys: Field[];
  readonly bits: Field[];
  readonly hints: Field[];
  readonly quotients: QuotientHint[];
  readonly sent: SentMessage[];
  /** The instructions whose checks failed, in order. */
  readonly failures: ValueId[];
  /** The values of an entry; the same array for the same key. Key 0 gives an empty entry of `map`. */
  readonly entryAt: (key: Field, map: number) => Field[];
};

type QuotientHint = { readonly fits: Field; readonly quotient: Field; readonly remainder: Field };

type SentMessage = {
  readonly used: boolean;
  readonly to: Field;
  readonly kind: Field;
  readonly asset: Field;
  readonly amount: Field;
  readonly recipient: Field;
  readonly payload: Field;
};
