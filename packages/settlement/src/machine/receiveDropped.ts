import type { LayerFrame } from "../link/frames.ts";
import type { BundleRecord } from "./bundleRecord.ts";
import { isHere, type LayerState } from "./layerState.ts";
import { noteOffence } from "./setBack.ts";
import type { Tree } from "./tree.ts";
import { undoBundle } from "./undoBundle.ts";

/**
 * A layer reports the legs of bundles that it could not execute again after a set-back. The other legs of these bundles
 * are undone too. A report about a leg of another layer, or about a leg in one of the layer's blocks, is ignored. A
 * layer that was not set back since it executed the leg pays for the others' set-back.
 */
export function receiveDropped(
  tree: Tree,
  layer: LayerState,
  { legs }: Pick<Extract<LayerFrame, { type: "dropped" }>, "legs">,
): void {
  // There may be many bundles, and a layer that no block of has settled has a leg of none.
  if (!isHere(layer) || legs.length === 0 || !layer.conduct.isEstablished) return;
  const bundles = bundlesOf(tree, layer);
  for (const { hash, message } of legs) {
    const bundle = bundles.get(hash);
    if (bundle === undefined || tree.bundles.get(bundle.id)?.status !== "preconfirmed") continue;
    if ([...layer.blocks.values()].some(({ block }) => block.transactions.includes(hash))) continue;
    const leg = bundle.hashes.indexOf(hash);
    if (bundle.sessions[leg] === layer.session) noteOffence(tree, layer);
    undoBundle(tree, bundle, { leg, reason: message });
  }
}

/** The bundles of which a layer has legs that may still be taken back, by the hashes of these legs. */
function bundlesOf(tree: Tree, { layerId }: LayerState): Map<bigint, BundleRecord> {
  const found = new Map<bigint, BundleRecord>();
  for (const bundle of tree.bundles.values()) {
    if (bundle.status !== "preconfirmed") continue;
    for (const [leg, hash] of bundle.hashes.entries()) if (bundle.layers[leg] === layerId) found.set(hash, bundle);
  }
  return found;
}
