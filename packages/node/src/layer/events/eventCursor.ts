import { KEPT_SET_BACKS, type SetBackPlace } from "@frond/store";
import * as z from "zod";
import { cursorUnknown } from "../../rpc/errors.ts";

/** The `index`-th event of a block: the next one to read. */
export type EventPlace = { readonly block: number; readonly index: number };

/** Where a reader of events is. The session says which blocks the reader has seen: a set-back replaces them. */
export type EventCursor = EventPlace & { readonly session: number };

export const cursorSchema = z
  .string()
  .regex(/^[0-9]{1,10}\.[0-9]{1,10}\.[0-9]{1,7}$/, "it is no cursor that a node gave")
  .transform((text): EventCursor => {
    const [session, block, index] = text.split(".").map(Number) as [number, number, number];
    return { session, block, index };
  });

export function formatCursor({ session, block, index }: EventCursor): string {
  return `${session}.${block}.${index}`;
}

/**
 * The place where a reader goes on. If a set-back has removed what the reader has seen, the place is behind the last
 * block that stayed, and `setBack` says so.
 * @throws RpcError cursor-unknown when the node can't say what became of the reader's blocks
 */
export function resumeAt(
  cursor: EventCursor,
  { session, setBacks }: { readonly session: number; readonly setBacks: readonly SetBackPlace[] },
): { readonly place: EventPlace; readonly setBack?: { readonly through: number } } {
  const since = setBacks.filter((place) => place.session > cursor.session);
  const mayMiss = since.length === KEPT_SET_BACKS || (since.length === 0 && cursor.session < session);
  if (cursor.session > session || mayMiss) throw cursorUnknown(formatCursor(cursor));
  const through = Math.min(...since.map((place) => place.through));
  if (cursor.block <= through) return { place: cursor };
  const place = { block: through + 1, index: 0 };
  const hasSeen = cursor.block > place.block || cursor.index > 0;
  return { place, ...(hasSeen && { setBack: { through } }) };
}
