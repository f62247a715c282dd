import type { Field } from "@frond/foundation";
import { toJson } from "@frond/protocol";
import type { Connection } from "./connection.ts";
import { tooManyWatched } from "./errors.ts";
import { createSubscriptionIds, notificationOf } from "./subscriptionText.ts";

/** Keys of one subscription. */
export const MAXIMUM_ENTRY_KEYS = 64;

/** Between two looks for changes: a page shows no more than that. */
const LOOK_MILLISECONDS = 100;
/** Keys that one look reads; if more are watched, the next look goes on. A look takes a few milliseconds at most. */
const KEYS_PER_LOOK = 2_000;
/** Keys that are watched in all, some 50 MB. */
const MAXIMUM_WATCHED = 100_000;

type Values = readonly Field[] | null;
type Subscriber = { readonly id: string; readonly connection: Connection; readonly changed: Map<Field, Values> };
type Watched = { values: Values; readonly subscribers: Set<Subscriber> };

/**
 * Tells who wants to know when entries of the state change. What it costs does not depend on how many transactions
 * there are: changes are looked for ten times a second at most, each key is read once however many watch it, and a
 * subscriber hears of an entry's last values only.
 */
export type EntrySubscriptions = {
  /**
   * Gives the subscription's id. Its first event has the present values. Each key counts as a call.
   * @throws RpcError needs-websocket, too-many-subscriptions, rate-limited, busy
   */
  add(keys: readonly Field[], connection: Connection): string;
  /** The state may have changed. */
  touch(): void;
  close(): void;
};

export function createEntrySubscriptions(read: (key: Field) => readonly Field[] | undefined): EntrySubscriptions {
  const watched = new Map<Field, Watched>();
  const toTell = new Set<Subscriber>();
  const nextId = createSubscriptionIds("entries");
  let isDirty = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The keys that are still to be read in this round. */
  let round: Iterator<[Field, Watched]> | undefined;

  function schedule(): void {
    if (watched.size > 0) timer ??= setTimeout(look, LOOK_MILLISECONDS);
  }

  function look(): void {
    timer = undefined;
    if (round === undefined && isDirty) {
      isDirty = false;
      round = watched.entries();
    }
    for (let i = 0; i < KEYS_PER_LOOK && round !== undefined; i++) {
      const { done, value } = round.next();
      if (done === true) round = undefined;
      else compare(...(value as [Field, Watched]));
    }
    for (const subscriber of toTell) tell(subscriber);
    toTell.clear();
    if (round !== undefined || isDirty) schedule();
  }

  function compare(key: Field, entry: Watched): void {
    const values = read(key) ?? null;
    if (areEqual(values, entry.values)) return;
    entry.values = values;
    for (const subscriber of entry.subscribers) {
      subscriber.changed.set(key, values);
      toTell.add(subscriber);
    }
  }

  function remove(subscriber: Subscriber, keys: readonly Field[]): void {
    toTell.delete(subscriber);
    for (const key of keys) {
      const entry = watched.get(key);
      entry?.subscribers.delete(subscriber);
      if (entry?.subscribers.size === 0) watched.delete(key);
    }
  }

  return {
    add(keys, connection) {
      if (watched.size + keys.length > MAXIMUM_WATCHED) throw tooManyWatched(MAXIMUM_WATCHED);
      // One call is taken already.
      connection.begin(keys.length - 1);
      connection.end(keys.length - 1);
      const id = nextId();
      const subscriber: Subscriber = { id, connection, changed: new Map() };
      connection.subscribe(id, () => remove(subscriber, keys));
      for (const key of keys) {
        const values = read(key) ?? null;
        const entry = watched.get(key) ?? { values, subscribers: new Set() };
        watched.set(key, entry);
        entry.subscribers.add(subscriber);
        subscriber.changed.set(key, values);
      }
      toTell.add(subscriber);
      // After the answer with the id.
      schedule();
      return id;
    },
    touch() {
      isDirty = true;
      schedule();
    },
    close() {
      clearTimeout(timer);
      watched.clear();
    },
  };
}

function tell({ id, connection, changed }: Subscriber): void {
  const entries = [...changed].map(([key, values]) => ({ key, values }));
  changed.clear();
  connection.notify?.(notificationOf(id, "entries", toJson({ entries })));
}

function areEqual(a: Values, b: Values): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
