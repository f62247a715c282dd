import { toJson } from "@frond/protocol";
import type { DurableEvents } from "@frond/sequencer";
import type { SetBackPlace } from "@frond/store";
import type { Connection } from "../../rpc/connection.ts";
import { eventsBehind } from "../../rpc/errors.ts";
import { createSubscriptionIds, notificationOf } from "../../rpc/subscriptionText.ts";
import { type EventCursor, formatCursor, resumeAt } from "./eventCursor.ts";
import { type EventFilter, type EventSource, type FoundEvents, foundEvent, matches, readEvents } from "./readEvents.ts";

/** Who is told of events soon after they are durable, and of set-backs, which remove events. */
export type EventSubscriptions = {
  /**
   * Gives the subscription's id. With a cursor, the first news are the events since then.
   * @throws RpcError needs-websocket, too-many-subscriptions, cursor-unknown, events-behind
   */
  add(wanted: EventFilter & { readonly cursor?: EventCursor | undefined }, connection: Connection): string;
  publish(events: DurableEvents): void;
  setBack(place: SetBackPlace): void;
  close(): void;
};

type Listener = {
  readonly wanted: EventFilter;
  /** The same for all who want the same. */
  readonly want: string;
  /** News that come before the answer to the subscription; undefined after it. */
  held: string[] | undefined;
  notify(text: string): void;
};

/** What a subscriber is told: events, or that those after a block are gone, and where to go on. */
type News = Pick<FoundEvents, "events"> & { readonly cursor: string; readonly setBack?: { readonly through: number } };

/** The events since a cursor that a subscription begins with at most. */
const MOST_MISSED = 500;
/** Between two times that events are told: their number does not make the notifications more. */
const GATHER_MILLISECONDS = 100;

export function createEventSubscriptions(source: EventSource): EventSubscriptions {
  const listeners = new Map<string, Listener>();
  const nextId = createSubscriptionIds("events");
  let untold: { readonly emitted: DurableEvents; readonly session: number }[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tell(id: string, listener: Listener, result: string): void {
    const text = notificationOf(id, "events", result);
    if (listener.held === undefined) listener.notify(text);
    else listener.held.push(text);
  }

  /** Each who wants the same is told the same text. */
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const batch = untold;
    untold = [];
    if (batch.length === 0) return;
    const { emitted: last, session } = batch.at(-1)!;
    const cursor = formatCursor({ session, block: last.block, index: last.first + last.events.length });
    const texts = new Map<string, string | undefined>();
    for (const [id, listener] of listeners) {
      const { want, wanted } = listener;
      if (!texts.has(want)) {
        const events = batch.flatMap(({ emitted }) => matching(emitted, wanted));
        texts.set(want, events.length === 0 ? undefined : toJson({ events, cursor } satisfies News));
      }
      const text = texts.get(want);
      if (text !== undefined) tell(id, listener, text);
    }
  }

  return {
    add({ cursor, ...wanted }, connection) {
      // What is durable by now is missed, not new.
      flush();
      const missed = cursor && missedSince(source, { cursor, wanted });
      const id = nextId();
      connection.subscribe(id, () => void listeners.delete(id));
      const listener: Listener = {
        wanted,
        want: toJson(wanted),
        held: [],
        notify: (text) => connection.notify?.(text),
      };
      listeners.set(id, listener);
      if (missed !== undefined && (missed.events.length > 0 || missed.setBack !== undefined)) {
        const { next: place, isEnd: _, ...news } = missed;
        tell(id, listener, toJson({ ...news, cursor: formatCursor({ session: source.sequencer.session, ...place }) }));
      }
      setImmediate(() => {
        const { held = [] } = listener;
        listener.held = undefined;
        if (listeners.has(id)) for (const text of held) listener.notify(text);
      });
      return id;
    },
    publish(emitted) {
      if (listeners.size === 0) return;
      untold.push({ emitted, session: source.sequencer.session });
      timer ??= setTimeout(flush, GATHER_MILLISECONDS).unref();
    },
    setBack({ session, through }) {
      flush();
      const cursor = formatCursor({ session, block: through + 1, index: 0 });
      const text = toJson({ events: [], setBack: { through }, cursor } satisfies News);
      for (const [id, listener] of listeners) tell(id, listener, text);
    },
    close: () => clearTimeout(timer),
  };
}

function matching(emitted: DurableEvents, wanted: EventFilter): FoundEvents["events"] {
  return emitted.events.flatMap((event, i) =>
    matches(event, wanted) ? [foundEvent(emitted, { event, index: emitted.first + i, status: "preconfirmed" })] : [],
  );
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
