import { type Field, fieldToHex, sleep } from "@frond/foundation";
import {
  decodeEvent,
  type Events,
  encodeEventFilter,
  eventDefinitions,
  type Fields,
  type PlainInputOf,
  type PlainOf,
  type Type,
} from "@frond/language/interface";
import { fieldSchema } from "@frond/protocol";
import * as z from "zod";
import { createCaller } from "./callRpc.ts";
import type { Transport, Unsubscribe } from "./transport/types.ts";
import { unlessAway } from "./unlessAway.ts";

/** An event of a layer, as its node has it. Nothing of it is proven. */
export type LayerEvent<F> = {
  readonly fields: { readonly [N in keyof F]: PlainOf<F[N]> };
  readonly block: number;
  /** The position among the events of the block. */
  readonly index: number;
  /** Of the block, in milliseconds since 1970. */
  readonly time: number;
  readonly epoch: number;
  readonly status: "preconfirmed" | "sealed" | "proven" | "settled";
  /** The hash of the transaction, unless a message of another layer caused the event. */
  readonly transaction?: Field;
  /** The layer whose message caused the event; 0 is L1. */
  readonly from?: Field;
};

/** Values that fields have. Parts of structs and arrays are named `field_part`. */
export type EventFilter<F> = {
  readonly [N in keyof F as F[N] extends { readonly kind: "struct" | "array" } ? never : N]?: PlainInputOf<F[N]>;
} & { readonly [part: `${string}_${string}`]: PlainInputOf<Type> };

export type EventQuery<F> = {
  readonly filter?: EventFilter<F>;
  readonly fromBlock?: number;
  /** Inclusive. */
  readonly toBlock?: number;
  /** Milliseconds since 1970. */
  readonly fromTime?: number;
  readonly toTime?: number;
  /** Where an earlier answer ended. */
  readonly cursor?: string;
  /** At most 1,000; by default 100. */
  readonly limit?: number;
};

export type EventPage<F> = {
  readonly events: readonly LayerEvent<F>[];
  /** Where to go on. */
  readonly cursor: string;
  /** There is nothing more now. */
  readonly isEnd: boolean;
  /** Events after block `through`, which the reader with this cursor has seen, are gone: read what replaces them. */
  readonly setBack?: { readonly through: number };
};

export type WatchOptions<F> = Pick<EventQuery<F>, "filter" | "cursor"> & {
  /** Ends the watch. */
  readonly signal?: AbortSignal;
  /** Milliseconds between two looks if the connection tells nothing; by default 1,000. */
  readonly pollMilliseconds?: number;
};

export type EventReader<F> = {
  /**
   * One page of events, oldest first.
   * @throws {@link RpcError} `rpc/not-kept` when the node has pruned the blocks, `rpc/cursor-unknown` when it can't say
   * what became of the events before the cursor
   */
  query(query?: EventQuery<F>): Promise<EventPage<F>>;
  /**
   * Pages with events or a set-back, as they come: from now on, or since a cursor. Keep the cursor of a page to go on
   * after it. A lost connection is opened again, a node that is away or busy is asked again, and nothing is left out.
   * @throws what {@link query} throws, but for what {@link isAway}
   */
  watch(options?: WatchOptions<F>): AsyncGenerator<EventPage<F>, void, undefined>;
};

/** `client.events.swapped.query({ filter: { account } })`. */
export type EventReaders<E extends { readonly [name: string]: Fields }> = {
  readonly [N in keyof E]: EventReader<E[N]>;
};

const pageSchema = z.looseObject({
  events: z.array(
    z.looseObject({
      block: z.number(),
      index: z.number(),
      time: z.number(),
      epoch: z.number(),
      status: z.enum(["preconfirmed", "sealed", "proven", "settled"]),
      fields: z.record(z.string(), fieldSchema),
      transaction: fieldSchema.optional(),
      from: fieldSchema.optional(),
    }),
  ),
  cursor: z.string(),
  isEnd: z.boolean(),
  setBack: z.object({ through: z.number() }).optional(),
});

const POLL_MILLISECONDS = 1_000;
const PAGE = 1_000;

export function createEventReaders<E extends { readonly [name: string]: Fields }>(
  { events = {} }: { readonly events?: Events },
  transport: Transport,
): EventReaders<E> {
  const readers = eventDefinitions(events).map((definition) => {
    const query = createQuery(definition, events, transport);
    const watch = (options: WatchOptions<Fields> = {}) => watchEvents(query, transport, options);
    return [definition.name, { query, watch }] as const;
  });
  return Object.fromEntries(readers) as never;
}

type Query = EventReader<Fields>["query"];
type Definition = ReturnType<typeof eventDefinitions>[number];

function createQuery(definition: Definition, events: Events, transport: Transport): Query {
  const call = createCaller(transport);
  const { name: event } = definition;
  return async ({ filter = {}, ...range } = {}) => {
    const encoded = Object.entries(encodeEventFilter(definition, filter));
    const values = Object.fromEntries(encoded.map(([name, value]) => [name, fieldToHex(value)]));
    const { events: found, ...page } = await call("frond_getEvents", { event, filter: values, ...range }, pageSchema);
    const decoded = found.map(({ fields, ...place }) => {
      const flattened = definition.fields.map(({ name }) => fields[name] ?? 0n);
      return { ...place, fields: decodeEvent({ events }, event, flattened) };
    });
    return { ...page, events: decoded } as EventPage<Fields>;
  };
}

/** What the node tells only wakes the loop, which asks from its cursor on: nothing is missed, whatever is lost. */
async function* watchEvents(
  query: Query,
  transport: Transport,
  { filter = {}, cursor: from, signal, pollMilliseconds = POLL_MILLISECONDS }: WatchOptions<Fields>,
): AsyncGenerator<EventPage<Fields>, void, undefined> {
  const bell = createBell(signal);
  const listener = { onEvent: bell.ring, onMissed: bell.ring };
  let stop: Unsubscribe | undefined;
  let cursor = from;
  try {
    while (signal?.aborted !== true) {
      stop ??= await transport.subscribe?.({ topic: "events" }, listener).catch(unlessAway);
      cursor ??= await cursorOfNow(query, filter).catch(unlessAway);
      const page = cursor === undefined ? undefined : await query({ filter, cursor, limit: PAGE }).catch(unlessAway);
      if (page !== undefined) ({ cursor } = page);
      if (page !== undefined && (page.events.length > 0 || page.setBack !== undefined)) yield page;
      if (page?.isEnd !== false) await bell.wait(pollMilliseconds);
    }
  } finally {
    await stop?.();
  }
}

async function cursorOfNow(query: Query, filter: EventFilter<Fields>): Promise<string> {
  // No sealed block is as late, so only the events of blocks that are not sealed are read.
  let page = await query({ filter, limit: PAGE, fromTime: 2 ** 48 - 1 });
  while (!page.isEnd) page = await query({ filter, limit: PAGE, cursor: page.cursor });
  return page.cursor;
}

/** Lets a loop wait until something rings, which may have happened before. */
function createBell(signal: AbortSignal | undefined) {
  let hasRung = false;
  let wake = () => {};
  const ring = () => {
    hasRung = true;
    wake();
  };
  signal?.addEventListener("abort", ring);
  return {
    ring,
    async wait(milliseconds: number): Promise<void> {
      const rung = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (!hasRung) await Promise.race([rung, sleep(milliseconds)]);
      hasRung = false;
    },
  };
}
