import { toJson } from "@frond/protocol";
import type { DurableEvents } from "@frond/sequencer";
import type { SetBackPlace } from "@frond/store";
import type { Connection } from "../../rpc/connection.ts";
import { eventsBehind } from "../../rpc/errors.ts";
import { createSubscriptionIds, notificationOf } from "../../rpc/subscriptionText.ts";
import { type EventCursor, type EventPlace, formatCursor, resumeAt } from "./eventCursor.ts";
import { type EventFilter, type EventSource, type FoundEvents, foundEvent, matches, readEvents } from "./readEvents.ts";

/** Who is told of events as soon as they are durable, and of set-backs, which remove events. */
export type EventSubscriptions = {
  /**
   * Gives the subscription's id. With a cursor, the first news are the events since then.
   * @throws RpcError needs-websocket, too-many-subscriptions, cursor-unknown, events-behind
   */
  add(wanted: EventFilter & { readonly cursor?: EventCursor | undefined }, connection: Connection): string;
  publish(events: DurableEvents): void;
  setBack(place: SetBackPlace): void;
};

type Listener = {
  readonly wanted: EventFilter;
  /** News that come before the answer to the subscription; undefined after it. */
  held: string[] | undefined;
  notify(text: string): void;
};

/** What a subscriber is told: events, or that those after a block are gone, and where to go on. */
type News = Pick<FoundEvents, "events"> & { readonly cursor: string; readonly setBack?: { readonly through: number } };

/** The events since a cursor that a subscription begins with at most. */
const MOST_MISSED = 500;

export function createEventSubscriptions(source: EventSource): EventSubscriptions {
  const listeners = new Map<string, Listener>();
  const nextId = createSubscriptionIds("events");

  function tell(id: string, listener: Listener, result: News): void {
    const text = notificationOf(id, "events", toJson(result));
    if (listener.held === undefined) listener.notify(text);
    else listener.held.push(text);
  }
  const cursorAt = (place: EventPlace) => formatCursor({ session: source.sequencer.session, ...place });

  return {
    add({ cursor, ...wanted }, connection) {
      const missed = cursor && missedSince(source, { cursor, wanted });
      const id = nextId();
      connection.subscribe(id, () => void listeners.delete(id));
      const listener: Listener = { wanted, held: [], notify: (text) => connection.notify?.(text) };
      listeners.set(id, listener);
      if (missed !== undefined && (missed.events.length > 0 || missed.setBack !== undefined)) {
        const { next: place, isEnd: _, ...news } = missed;
        tell(id, listener, { ...news, cursor: cursorAt(place) });
      }
      setImmediate(() => {
        const { held = [] } = listener;
        listener.held = undefined;
        if (listeners.has(id)) for (const text of held) listener.notify(text);
      });
      return id;
    },
    publish(emitted) {
      const { first, events: all } = emitted;
      for (const [id, listener] of listeners) {
        const events = all.flatMap((event, i) =>
          matches(event, listener.wanted)
            ? [foundEvent(emitted, { event, index: first + i, status: "preconfirmed" })]
            : [],
        );
        if (events.length === 0) continue;
        tell(id, listener, { events, cursor: cursorAt({ block: emitted.block, index: first + all.length }) });
      }
    },
    setBack({ session, through }) {
      const cursor = formatCursor({ session, block: through + 1, index: 0 });
      for (const [id, listener] of listeners) tell(id, listener, { events: [], setBack: { through }, cursor });
    },
  };
}

function missedSince(
  source: EventSource,
  { cursor, wanted }: { readonly cursor: EventCursor; readonly wanted: EventFilter },
) {
  const { place, ...told } = resumeHere(source, cursor);
  const missed = readEvents(source, { ...wanted, from: place, limit: MOST_MISSED });
  if (!missed.isEnd) throw eventsBehind(MOST_MISSED);
  return { ...missed, ...told };
}

/** Where a reader of this node goes on. @throws RpcError cursor-unknown */
export function resumeHere({ store, sequencer }: EventSource, cursor: EventCursor): ReturnType<typeof resumeAt> {
  const setBacks = store.table<readonly SetBackPlace[]>("metadata").get("setBacks") ?? [];
  return resumeAt(cursor, { session: sequencer.session, setBacks });
}
