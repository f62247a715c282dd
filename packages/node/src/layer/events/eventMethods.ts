import type { Program } from "@frond/language";
import { fieldSchema, TIME_BITS } from "@frond/protocol";
import * as z from "zod";
import { type Connection, withCalls } from "../../rpc/connection.ts";
import { type RpcMethods, rpcMethod } from "../../rpc/dispatch.ts";
import { notFound, notKept } from "../../rpc/errors.ts";
import { cursorSchema, type EventCursor, formatCursor, type resumeAt } from "./eventCursor.ts";
import { type EventSubscriptions, resumeHere } from "./eventSubscriptions.ts";
import { type EventFilter, type EventSource, firstBlockSince, readEvents } from "./readEvents.ts";

const u32 = z.int().min(0).max(0xffff_ffff);
const time = z
  .int()
  .min(0)
  .max(2 ** TIME_BITS - 1);
const name = z.string().max(100);
const wantedSchema = {
  event: name.optional(),
  filter: z
    .record(name, fieldSchema)
    .refine((filter) => Object.keys(filter).length <= 16, "at most 16 fields")
    .optional(),
};

/** A question for events reads as much as so many ordinary calls, and counts for as many. */
const CALLS_OF_A_QUERY = 20;

type EventsOptions = { readonly program: Program; readonly source: EventSource };

export const eventMethods = ({ program, source }: EventsOptions): RpcMethods => ({
  /**
   * Events in their order: from a block, a time or a cursor on, up to a block or a time. `cursor` is where to go on,
   * and `isEnd` says that there is nothing more now; `setBack`, that events up to block `through` stayed and those
   * after it, which the reader with this cursor has seen, are gone.
   */
  frond_getEvents: rpcMethod(
    z.strictObject({
      ...wantedSchema,
      fromBlock: u32.optional(),
      toBlock: u32.optional(),
      fromTime: time.optional(),
      toTime: time.optional(),
      cursor: cursorSchema.optional(),
      limit: z.int().min(1).max(1_000).default(100),
    }),
    ({ fromBlock, fromTime, cursor, ...query }, connection) => {
      requireDeclared(program, query);
      return withCalls(connection, CALLS_OF_A_QUERY, () => {
        const { place, ...told } = startOf(source, { fromBlock, fromTime, cursor });
        const { next, ...found } = readEvents(source, { ...query, from: place });
        return { ...found, ...told, cursor: formatCursor({ session: source.sequencer.session, ...next }) };
      });
    },
  ),
});

export const eventTopicSchema = z.strictObject({
  topic: z.literal("events"),
  ...wantedSchema,
  cursor: cursorSchema.optional(),
});

/** Subscribes a connection to events; those that it has missed come first. */
export function subscribeToEvents(
  { program, events }: { readonly program: Program; readonly events: EventSubscriptions },
  { topic: _, ...wanted }: z.output<typeof eventTopicSchema>,
  connection: Connection,
): string {
  requireDeclared(program, wanted);
  if (wanted.cursor === undefined) return events.add(wanted, connection);
  return withCalls(connection, CALLS_OF_A_QUERY, () => events.add(wanted, connection));
}

/** @throws RpcError not-kept, cursor-unknown */
function startOf(
  source: EventSource,
  {
    fromBlock,
    fromTime = 0,
    cursor,
  }: { fromBlock?: number | undefined; fromTime?: number | undefined; cursor?: EventCursor | undefined },
): ReturnType<typeof resumeAt> {
  const { store } = source;
  const first = Math.max(1, store.firstBlockNumber());
  const asked = cursor?.block ?? fromBlock;
  if (asked !== undefined && asked > 0 && asked < first) throw notKept(asked, first);
  if (cursor !== undefined) return resumeHere(source, cursor);
  const since = fromTime > 0 ? firstBlockSince(source, fromTime) : first;
  return { place: { block: Math.max(since, fromBlock ?? first), index: 0 } };
}

/** A misspelt name would find nothing for ever. @throws RpcError not-found */
function requireDeclared({ events }: Program, { event, filter = {} }: EventFilter): void {
  const meant = event === undefined ? events : events.filter(({ name }) => name === event);
  if (event !== undefined && meant.length === 0) throw notFound("event", event);
  for (const field of Object.keys(filter)) {
    const isDeclared = meant.some(({ fields }) => fields.some(({ name }) => name === field));
    if (!isDeclared) throw notFound(`field of ${event ?? "an event"},`, field);
  }
}
