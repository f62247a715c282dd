import type { Field } from "@frond/foundation";
import type { Message } from "@frond/protocol";
import type { SourceLocation } from "../ir.ts";
import type { Emitted } from "./session.ts";

/**
 * The outcome of a call, not applied to the state. `writes` holds the new values (`entryWidth` of them) of each written
 * entry, by entry key. `touched` holds the key of every entry that the call opened before it ended or failed.
 */
export type Outcome =
  | {
      readonly ok: true;
      readonly writes: ReadonlyMap<Field, Field[]>;
      readonly touched: ReadonlySet<Field>;
      /** In the order of sending. */
      readonly sent: readonly Message[];
      /** In the order of the source. */
      readonly emitted: readonly Emitted[];
    }
  | { readonly ok: false; readonly error: CallFailure; readonly touched: ReadonlySet<Field> };

/** The first failed check, in program order. */
export type CallFailure = { readonly message: string; readonly location?: SourceLocation };
