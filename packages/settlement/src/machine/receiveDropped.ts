import type { LayerFrame } from "../link/frames.ts";
import type { BundleRecord } from "./bundleRecord.ts";
import { isHere, type LayerState } from "./layerState.ts";
import { hasPartOfLeg, linksIn } from "./legLinks.ts";
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
  if (!isHere(layer)) return;
  const bundles = bundlesOf(tree, layer);
  const links = linksIn([...layer.blocks.values()].map(({ block }) => block));
  for (const { hash, message } of legs) {
    const bundle = bundles.get(hash);
    if (bundle === undefined || tree.bundles.get(bundle.id)?.status !== "preconfirmed") continue;
    const leg = bundle.hashes.indexOf(hash);
    if (hasPartOfLeg(links, { bundle, leg })) continue;
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
