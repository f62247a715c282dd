import type { Field } from "@frond/foundation";
import type { Message } from "@frond/protocol";
import type { SentKind } from "../ir.ts";

/** The state before the call. */
export type StateAccess = {
  /** The values of an entry, `entryWidth` of them; zeros if there is no such entry. */
  get(key: Field): readonly Field[];
};

/** The context in the form that compiled code reads: every field is present, absent ones are zero. */
export type CompiledContext = { readonly [name: string]: Field };

/** An entry during a call. All handles of one key share this object, so that aliases see each other's writes. */
type Entry = { readonly values: Field[]; written: boolean };

/** An event: its position in `Program.events`, and the values of its flattened fields. */
export type Emitted = { readonly event: number; readonly values: readonly Field[] };

/** The entries, writes and messages of a call so far. */
export type Session = {
  readonly entries: Map<Field, Entry>;
  readonly sent: Message[];
  readonly emitted: Emitted[];
  /** Of a view that has run to its end. */
  returned: readonly Field[];
  open(key: Field): Entry;
  /** `words`: to, asset, amount, recipient, payload. */
  send(context: CompiledContext, kind: SentKind, ...words: [Field, Field, Field, Field, Field]): void;
};

export function createSession(state: StateAccess): Session {
  const entries = new Map<Field, Entry>();
  const sent: Message[] = [];
  return {
    entries,
    sent,
    emitted: [],
    returned: [],
    open(key) {
      const known = entries.get(key);
      if (known !== undefined) return known;
      const entry = { values: state.get(key).slice(), written: false };
      entries.set(key, entry);
      return entry;
    },
    send(context, kind, to, asset, amount, recipient, payload) {
      sent.push({
        from: context.layerId!,
        to,
        time: Number(context.time!),
        kind,
        asset: Number(asset),
        amount,
        recipient,
        payload,
      });
    },
  };
}
