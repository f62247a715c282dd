import { type Field, fieldToHex } from "@frond/foundation";
import { isLink, L1_LAYER_ID, LIST_CAPACITY } from "@frond/protocol";
import { destinationOffline, epochListFull } from "./errors.ts";
import { MustWait } from "./mustWait.ts";
import type { Tried } from "./orderer.ts";
import type { PreparedLegs } from "./preparedLegs.ts";

/** What the rest of the tree allows a layer. */
export type Allowance = { listQuota: number; reachable: ReadonlySet<Field> | undefined };

export const unlimited = (): Allowance => ({ listQuota: LIST_CAPACITY, reachable: undefined });

/**
 * Whether what was executed may have its effect: its keys must be free, the epoch's list must have room, and who is sent to must be there. A message of another layer is handled
 * though the list is full: it has to be, in this epoch.
 * @throws MustWait, SequencerError epoch-list-full, destination-offline
 */
export const checkTried = (
  { kind, touched, effect, items, isFromLayerOne }: Tried,
  { layerId, legs, listed, allowed }: { layerId: Field; legs: PreparedLegs; listed: number; allowed: Allowance },
): void => {
  if (legs.isAnyLocked(touched)) throw new MustWait("keys", touched);
  if (effect === undefined) return;
  if (items > 0 && listed + legs.items + items > allowed.listQuota) {
    if (isFromLayerOne) throw new MustWait("list", touched);
    if (kind === "transaction") throw epochListFull(allowed.listQuota);
  }
  const { reachable } = allowed;
  if (kind === "message" || reachable === undefined) return;
  for (const { to, kind: sent } of effect.produced)
    if (!isLink(sent) && to !== L1_LAYER_ID && to !== layerId && !reachable.has(to))
      throw destinationOffline(fieldToHex(to));
};
