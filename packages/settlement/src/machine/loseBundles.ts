import type { Field } from "@frond/foundation";
import type { BundleRecord } from "./bundleRecord.ts";
import { putBundle, type Tree } from "./tree.ts";

/**
 * A bundle that an epoch leaves out is executed again in the next one. So many times for a cause of its own, and so
 * many because of others; then it has failed. A machine that dies once an epoch loses no bundle so. Without an end,
 * whoever makes up a message beside a leg would keep the layers of the other legs out of every epoch.
 */
const MOST_OWN = 4;
const MOST_OF_OTHERS = 8;

/** Transactions of the closed epoch. */
export type LegsOfEpoch = {
  /** In blocks that were handed over. */
  readonly handed: ReadonlySet<Field>;
  /** In blocks that are left out. */
  readonly lost: ReadonlySet<Field>;
  /** In those of a layer that broke a rule. */
  readonly broken: ReadonlySet<Field>;
};

/**
 * Notes which bundles the closed epoch leaves out, and gives those that have failed. The cause is the bundle's own if a
 * leg was not handed over, or a leg's layer broke a rule. Otherwise all legs were there, and what they shared their
 * blocks with could not settle.
 */
export function loseBundles(tree: Tree, { handed, lost, broken }: LegsOfEpoch): BundleRecord[] {
  const failed: BundleRecord[] = [];
  for (const bundle of tree.bundles.values()) {
    const { hashes, status } = bundle;
    if (status !== "preconfirmed" || !hashes.some((hash) => lost.has(hash))) continue;
    const isOwn = hashes.some((hash) => !handed.has(hash) || broken.has(hash));
    const leftOut = bundle.leftOut + (isOwn ? 1 : 0);
    const heldUp = (bundle.heldUp ?? 0) + (isOwn ? 0 : 1);
    if (leftOut <= MOST_OWN && heldUp <= MOST_OF_OTHERS) {
      putBundle(tree, { ...bundle, epoch: tree.epoch.number, leftOut, heldUp });
      continue;
    }
    const leg = hashes.findIndex((hash) => lost.has(hash));
    const reason = `its layer was left out of ${leftOut + heldUp} epochs`;
    failed.push({ ...bundle, status: "failed", epoch: tree.epoch.number, leg, reason });
  }
  for (const bundle of failed) putBundle(tree, bundle);
  return failed;
}
