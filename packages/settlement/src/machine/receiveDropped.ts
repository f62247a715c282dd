import type { LayerFrame } from "../link/frames.ts";
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
  // A layer that no block of has settled has a leg of no bundle.
  if (!isHere(layer) || !layer.conduct.isEstablished) return;
  for (const { hash, message } of legs) {
    const bundle = tree.bundles.withLeg(layer.layerId, hash);
    if (bundle?.status !== "preconfirmed") continue;
    const leg = bundle.hashes.indexOf(hash);
    const links = linksIn([...layer.blocks.values()].map(({ block }) => block));
    if (hasPartOfLeg(links, { bundle, leg })) continue;
    if (bundle.sessions[leg] === layer.session) noteOffence(tree, layer);
    undoBundle(tree, bundle, { leg, reason: message });
  }
}
