import type { Field } from "@frond/foundation";
import { FLAG_FROZEN, layerConfigHash, upgradeMessage } from "@frond/protocol";
import { type KnownLayer, snapshotOfLayer } from "../tree/knownLayer.ts";
import type { Announcement, Upgrade } from "../types.ts";
import { type Core, knownLayers } from "./core.ts";

/** How many an epoch carries: with the freezes and registrations it may carry, they have the reserved places. */
const UPGRADES_OF_EPOCH = 6;

/** Until L1 is asked again about an upgrade that is not announced any more. */
const LOOK_AGAIN_MILLISECONDS = 60_000;

type Window = { readonly after: number; readonly until: number };

/**
 * The upgrades that an epoch may carry: announced on L1 by the owner whom the layer's present config names, for long
 * enough, and neither over nor cancelled before the epoch begins. At most one of a layer, and none of a layer that is
 * frozen. Those that were usable first come first, so nobody's can be kept out by others that come after it.
 */
export async function dueUpgrades(core: Core, window: Window): Promise<Map<Field, Upgrade>> {
  const due = new Map<Field, Upgrade>();
  for (const next of plannedFor(core, window)) {
    if (due.size === UPGRADES_OF_EPOCH) break;
    const now = snapshotOfLayer(core.ledger.trunk, knownLayers(core), next.layerId);
    if (now === undefined || now.record.flags === FLAG_FROZEN) continue;
    const { owner } = now.config;
    if (owner === 0n) continue;
    const announcement = await standingAnnouncement(core, { layer: next.layerId, owner, after: window.after });
    noteLook(core, next, { announcement, window });
    if (announcement === undefined || !isDue(announcement, next, window)) continue;
    due.set(next.layerId, toUpgrade(next, owner));
  }
  return due;
}

/** What may be due by the end of a window, in the order in which it became usable. */
function plannedFor({ upgrades, upgradesFrom }: Core, { until }: Window): KnownLayer[] {
  const fromOf = ({ layerId }: KnownLayer) => upgradesFrom.get(layerId) ?? 0;
  return [...upgrades.values()].filter((next) => fromOf(next) <= until).sort((a, b) => fromOf(a) - fromOf(b));
}

/** No announcement becomes usable earlier than it was said: a new one only later. */
function noteLook(
  { upgradesFrom }: Core,
  next: KnownLayer,
  { announcement, window }: { readonly announcement: Announcement | undefined; readonly window: Window },
): void {
  const isWaiting = announcement !== undefined && announcement.usableFrom > window.until;
  const isGone = announcement === undefined || (!isWaiting && !isDue(announcement, next, window));
  upgradesFrom.set(next.layerId, isGone ? window.until + LOOK_AGAIN_MILLISECONDS : announcement.usableFrom);
}

/** What an owner has announced for a layer; undefined if no epoch that begins at `after` or later may carry it. */
export async function standingAnnouncement(
  core: Core,
  { layer, owner, after }: { readonly layer: Field; readonly owner: Field; readonly after: number },
): Promise<Announcement | undefined> {
  const announcement = await core.dependencies.layerOne.announcement({ layer, announcer: owner });
  return announcement !== undefined && after < announcement.usableBefore ? announcement : undefined;
}

function isDue({ configHash, usableFrom }: Announcement, { config }: KnownLayer, { until }: Window): boolean {
  return configHash === layerConfigHash(config) && usableFrom <= until;
}

function toUpgrade({ layerId, config, blockKeys }: KnownLayer, announcer: Field): Upgrade {
  return { message: upgradeMessage({ layerId, announcer, configHash: layerConfigHash(config) }), config, blockKeys };
}
