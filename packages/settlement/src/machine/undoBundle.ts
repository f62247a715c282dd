import type { Field } from "@frond/foundation";
import type { BundleRecord } from "./bundleRecord.ts";
import type { LayerState } from "./layerState.ts";
import { hasPartOfLeg, linksIn } from "./legLinks.ts";
import { dropsOf, setBack } from "./setBack.ts";
import { putBundle, type Tree } from "./tree.ts";

/** Takes back what some layers have executed of a bundle, and keeps all of them from executing it again. */
export function undoBundle(
  tree: Tree,
  bundle: BundleRecord,
  failure: { readonly leg: number; readonly reason: string },
): void {
  const failed: BundleRecord = { ...bundle, ...failure, status: "failed", epoch: tree.epoch.number };
  putBundle(tree, failed);
  // A leg in a closed epoch can't settle alone: that epoch leaves it out, and what failed is never executed again.
  const isOpen = (layerId: Field, leg: number) =>
    bundle.settledLegs?.includes(leg) !== true && !isClosed(tree.layers.get(layerId), { bundle, leg });
  setBack(tree, bundle.layers.filter(isOpen), dropsOf(tree, [failed]));
}

/** Whether a leg is in a block that stays if its layer is set back. */
function isClosed(layer: LayerState | undefined, of: { readonly bundle: BundleRecord; readonly leg: number }): boolean {
  if (layer === undefined) return false;
  const blocks = [...layer.blocks.values()].map(({ block }) => block).filter(({ number }) => number <= layer.base);
  return hasPartOfLeg(linksIn(blocks), of);
}
