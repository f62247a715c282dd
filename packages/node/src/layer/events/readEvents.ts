import type { Field } from "@frond/foundation";
import type { Sequencer } from "@frond/sequencer";
import type { BlockEvents, BlockStatus, KeptEvent, Store } from "@frond/store";
import type { EventPlace } from "./eventCursor.ts";

/** Which events somebody wants: all of one name, or of all names, whose fields have these values. */
export type EventFilter = {
  readonly event?: string | undefined;
  readonly filter?: Readonly<Record<string, Field>> | undefined;
};

export type EventQuery = EventFilter & {
  readonly from: EventPlace;
  /** Inclusive. */
  readonly toBlock?: number | undefined;
  readonly toTime?: number | undefined;
  readonly limit: number;
};

/** An event, and where it is. `index` is its position among the events of its block. */
export type FoundEvent = Omit<KeptEvent, "name"> & {
  readonly event: string;
  readonly block: number;
  readonly index: number;
  readonly time: number;
  readonly epoch: number;
  readonly status: "preconfirmed" | BlockStatus;
};

export type FoundEvents = {
  readonly events: readonly FoundEvent[];
  readonly next: EventPlace;
  /** There is nothing more now. */
  readonly isEnd: boolean;
};

export type EventSource = {
  readonly store: Pick<Store, "events" | "block" | "lastBlockNumber" | "firstBlockNumber" | "refresh" | "table">;
  readonly sequencer: Pick<Sequencer, "unsealedEvents" | "session">;
};

/** So many events, and blocks with events, are looked at for one answer. */
const MOST_EVENTS = 2_000;
const MOST_BLOCKS = 500;

/** Reads events in their order, until there are as many as asked for, or as many were looked at as one answer may. */
export function readEvents(source: EventSource, query: EventQuery): FoundEvents {
  const { from, toBlock = Number.POSITIVE_INFINITY, toTime = Number.POSITIVE_INFINITY, limit } = query;
  const events: FoundEvent[] = [];
  let [looked, blocks] = [0, 0];
  let next = from;
  source.store.refresh();
  for (const row of eventBlocks(source, from.block)) {
    if (row.block > toBlock || row.time > toTime) {
      return { events, next: row.block > from.block ? { block: row.block, index: 0 } : from, isEnd: true };
    }
    if (blocks++ >= MOST_BLOCKS) return { events, next, isEnd: false };
    const status = source.store.block(row.block)?.status ?? "preconfirmed";
    for (let index = row.block === from.block ? from.index : 0; index < row.events.length; index++) {
      const event = row.events[index]!;
      if (events.length >= limit || looked++ >= MOST_EVENTS) {
        return { events, next: { block: row.block, index }, isEnd: false };
      }
      if (matches(event, query)) events.push(foundEvent(row, { event, index, status }));
    }
    next = { block: row.block, index: Math.max(row.events.length, row.block === from.block ? from.index : 0) };
  }
  // All of a sealed block is known, so that a reader goes on behind it, also when it is pruned.
  const sealed = Math.min(source.store.lastBlockNumber(), toBlock);
  return { events, next: next.block > sealed ? next : { block: sealed + 1, index: 0 }, isEnd: true };
}

/** The events of blocks with events: of sealed blocks, then of those that are not sealed. */
function* eventBlocks({ store, sequencer }: EventSource, from: number): Iterable<BlockEvents> {
  const sealed = store.lastBlockNumber();
  if (from <= sealed) yield* store.events(from);
  for (const row of sequencer.unsealedEvents()) if (row.block > sealed && row.block >= from) yield row;
}

export function matches({ name, fields }: KeptEvent, { event, filter = {} }: EventFilter): boolean {
  if (event !== undefined && name !== event) return false;
  return Object.entries(filter).every(([field, value]) => Object.hasOwn(fields, field) && fields[field] === value);
}

export function foundEvent(
  { block, time, epoch }: Omit<BlockEvents, "events">,
  {
    event,
    index,
    status,
  }: { readonly event: KeptEvent; readonly index: number; readonly status: FoundEvent["status"] },
): FoundEvent {
  const { name, ...rest } = event;
  return { event: name, block, index, time, epoch, status, ...rest };
}

/** The first block that is kept with this time or a later one, or the block behind the last. */
export function firstBlockSince({ store }: EventSource, time: number): number {
  let [low, high] = [Math.max(1, store.firstBlockNumber()), store.lastBlockNumber() + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (store.block(middle)!.time >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}
