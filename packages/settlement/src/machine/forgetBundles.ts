import type { Field } from "@frond/foundation";
import type { BundleRecord } from "./bundleRecord.ts";
import { hasLeg, linksIn } from "./legLinks.ts";
import { removeBundle, type Tree } from "./tree.ts";
import { undoBundle } from "./undoBundle.ts";

/** For so many epochs after its own the coordinator knows a bundle. */
export const BUNDLE_EPOCHS = 64;

/**
 * Forgets bundles of long ago, so that they fill neither memory nor the disk. One that is still open by then has
 * failed: an honest layer has its leg in a block, or says that it can't execute it, long before. So layers that promise
 * legs to each other and never make a block of them keep nothing here.
 */
export function forgetBundles(tree: Tree, settledEpoch: number): void {
  for (const bundle of [...tree.bundles.values()]) {
    if (bundle.epoch > settledEpoch - BUNDLE_EPOCHS) continue;
    if (bundle.status === "settled" || bundle.status === "failed") removeBundle(tree, bundle);
    else if (bundle.status === "preconfirmed") {
      const reason = `no epoch of ${BUNDLE_EPOCHS} could settle the leg.`;
      undoBundle(tree, bundle, { leg: missingLeg(tree, bundle), reason });
    }
  }
}

/** The first leg that is in no block, and has not settled. */
function missingLeg(tree: Tree, bundle: BundleRecord): number {
  const { layers, settledLegs } = bundle;
  const blocksOf = (layerId: Field) => [...(tree.layers.get(layerId)?.blocks.values() ?? [])].map(({ block }) => block);
  const isMissing = (layerId: Field, leg: number) =>
    settledLegs?.includes(leg) !== true && !hasLeg(linksIn(blocksOf(layerId)), { bundle, leg });
  return Math.max(0, layers.findIndex(isMissing));
}
