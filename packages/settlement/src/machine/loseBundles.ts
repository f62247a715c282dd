import type { Field } from "@frond/foundation";
import type { BlockRecord } from "@frond/store";
import type { BundleRecord } from "./bundleRecord.ts";
import { blocksOfEpoch } from "./layerState.ts";
import { bundlesNamed, hasLeg, hasPartOfLeg, linksIn } from "./legLinks.ts";
import { putBundle, type Tree } from "./tree.ts";

/**
 * A bundle that an epoch leaves out is executed again in the next one. So many times for a cause of its own, and so
 * many because of others; then it has failed. A machine that dies once an epoch loses no bundle so. Without an end,
 * whoever makes up a message beside a leg would keep the layers of the other legs out of every epoch.
 */
const MOST_OWN = 4;
const MOST_OF_OTHERS = 8;

/** Blocks of the closed epoch that are left out, of one layer. */
export type LostBlocks = {
  readonly blocks: readonly BlockRecord[];
  /** The layer broke a rule. */
  readonly isBroken: boolean;
};

/**
 * Notes which bundles the closed epoch leaves out, and gives those that have failed. The cause is the bundle's own if a
 * leg was not handed over, or a leg's layer broke a rule. Otherwise all legs were there, and what they shared their
 * blocks with could not settle. An epoch counts once, however many blocks it leaves out one after the other.
 */
export function loseBundles(tree: Tree, lost: ReadonlyMap<Field, LostBlocks>): BundleRecord[] {
  const { number } = tree.closed!;
  const links = new Map([...lost].map(([layerId, { blocks }]) => [layerId, linksIn(blocks)]));
  const failed: BundleRecord[] = [];
  for (const id of new Set([...links.values()].flatMap((ofLayer) => [...bundlesNamed(ofLayer)]))) {
    const bundle = tree.bundles.get(id);
    // What the epoch has left out before belongs to the next one.
    if (bundle?.status !== "preconfirmed" || bundle.epoch > number) continue;
    const isLost = (layerId: Field, leg: number) =>
      links.has(layerId) && hasPartOfLeg(links.get(layerId)!, { bundle, leg });
    const leg = bundle.layers.findIndex(isLost);
    if (leg === -1) continue;
    const isFaulty = (layerId: Field, i: number) =>
      !isHanded(tree, { bundle, leg: i }) || (isLost(layerId, i) && lost.get(layerId)!.isBroken);
    const isOwn = bundle.layers.some(isFaulty);
    const leftOut = bundle.leftOut + (isOwn ? 1 : 0);
    const heldUp = (bundle.heldUp ?? 0) + (isOwn ? 0 : 1);
    if (leftOut <= MOST_OWN && heldUp <= MOST_OF_OTHERS) {
      putBundle(tree, { ...bundle, epoch: tree.epoch.number, leftOut, heldUp });
      continue;
    }
    const reason = `its layer was left out of ${leftOut + heldUp} epochs`;
    failed.push({ ...bundle, status: "failed", epoch: tree.epoch.number, leg, reason });
  }
  for (const bundle of failed) putBundle(tree, bundle);
  return failed;
}

/** Whether a leg's own layer has handed the leg over, in the closed epoch. */
function isHanded(tree: Tree, { bundle, leg }: { readonly bundle: BundleRecord; readonly leg: number }): boolean {
  const layer = tree.layers.get(bundle.layers[leg]!);
  const blocks = layer === undefined ? [] : blocksOfEpoch(layer, tree.closed!.number);
  return hasLeg(linksIn(blocks), { bundle, leg });
}
