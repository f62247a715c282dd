import type { PendingUpgrade } from "@frond/contracts";
import type { Field } from "@frond/foundation";
import { fromElements, LAYER_CONFIG } from "@frond/protocol";

/**
 * An announcement, and who has made it: the layer's owner; an account that owns the layer after upgrades that are
 * announced, so that both can follow each other at once; or somebody else, for whom no epoch carries it.
 */
export type AnnouncedUpgrade = PendingUpgrade & { readonly by: "owner" | "next owner" | "stranger" };

/** What is announced for a layer. */
export type Announced = {
  /** The owner's, then those of the next owners in the order in which they can follow, then those of strangers. */
  readonly upgrades: readonly AnnouncedUpgrade[];
  /** How many more there are: anybody can announce as much as they pay for. */
  readonly more: number;
};

/** Of those in line for the layer, and of strangers. */
const MOST_SHOWN = 16;

/** Picks the announcements for one layer, and says which of them have to do with its owner. */
export function announcedFor(
  pending: readonly PendingUpgrade[],
  { layerId, owner }: { readonly layerId: Field; readonly owner: Field },
): Announced {
  const ofLayer = new Map(
    pending.flatMap((upgrade) => (upgrade.layer === layerId ? [[BigInt(upgrade.announcer), upgrade] as const] : [])),
  );
  const inLine = new Map<Field, AnnouncedUpgrade>();
  for (let account = owner; !inLine.has(account); ) {
    const upgrade = ofLayer.get(account);
    if (upgrade === undefined) break;
    inLine.set(account, { ...upgrade, by: account === owner ? "owner" : "next owner" });
    account = fromElements(LAYER_CONFIG, upgrade.config)?.owner ?? 0n;
  }
  const strangers = [...ofLayer].flatMap(([account, upgrade]) =>
    inLine.has(account) ? [] : [{ ...upgrade, by: "stranger" } as const],
  );
  const upgrades = [...[...inLine.values()].slice(0, MOST_SHOWN), ...strangers.slice(0, MOST_SHOWN)];
  return { upgrades, more: ofLayer.size - upgrades.length };
}
