import { type Field, fieldToHex } from "@frond/foundation";
import { brokenRuleOfProduced, isLink, L1_LAYER_ID, LIST_CAPACITY } from "@frond/protocol";
import type { PreparedLegs } from "../bundles/preparedLegs.ts";
import { destinationFrozen, destinationOffline, epochListFull, impossibleMessage, zeroAmount } from "../errors.ts";
import type { Allowance } from "../types.ts";
import type { ListedItems } from "./listedItems.ts";
import { MustWait } from "./mustWait.ts";
import type { Tried } from "./types.ts";

type KnownOfOthers = "reachable" | "frozen" | "waitingBundles" | "frozenBundles" | "round";

/** Before the coordinator has said anything. */
export const unlimited = (): Omit<Allowance, KnownOfOthers> & Partial<Pick<Allowance, KnownOfOthers>> => ({
  blocks: Number.POSITIVE_INFINITY,
  deposits: LIST_CAPACITY,
  exits: LIST_CAPACITY,
});

/**
 * Whether what was executed may have its effect: its keys must be free, the epoch's list must have room, and who is
 * sent to must be there. A message of another layer is handled though the list is full: it has to be, in this epoch.
 * @throws MustWait, SequencerError epoch-list-full, zero-amount, destination-offline, destination-frozen,
 * impossible-message
 */
export function checkTried(
  { kind, touched, effect, items }: Tried,
  context: {
    readonly layerId: Field;
    readonly legs: Pick<PreparedLegs, "isAnyLocked" | "exits">;
    readonly listed: ListedItems;
    readonly allowance: ReturnType<typeof unlimited>;
  },
): void {
  const { layerId, legs, listed, allowance } = context;
  if (legs.isAnyLocked(touched)) throw new MustWait("keys", touched);
  if (effect === undefined) return;
  if (items.deposits > 0 && listed.deposits + items.deposits > allowance.deposits) throw new MustWait("list", touched);
  if (kind === "message") return;
  for (const message of effect.produced) {
    const { to, kind: sent, amount } = message;
    if (isLink(sent)) continue;
    const broken = brokenRuleOfProduced(message, { layerId, time: message.time });
    if (broken !== undefined) throw impossibleMessage(broken.problem);
    if (to === L1_LAYER_ID && amount === 0n) throw zeroAmount();
    if (allowance.frozen?.has(to) === true) throw destinationFrozen(fieldToHex(to));
    if (to !== L1_LAYER_ID && to !== layerId && allowance.reachable?.has(to) === false)
      throw destinationOffline(fieldToHex(to));
  }
  if (items.exits > 0 && listed.exits + legs.exits + items.exits > allowance.exits)
    throw epochListFull(allowance.exits, items.exits);
}
