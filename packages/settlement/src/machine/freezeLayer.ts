import type { LayerState } from "./layerState.ts";
import { setBack } from "./setBack.ts";
import { putLayer, type Tree } from "./tree.ts";

/**
 * L1 has frozen a layer: no block of it can settle any more. What it made since is void, and whoever received from it
 * goes back; what others sent to it waits for nobody.
 */
export function freezeLayer(tree: Tree, layer: LayerState): void {
  layer.isFrozen = true;
  setBack(tree, [layer.layerId]);
  for (const letter of tree.letters.to(layer.layerId)) tree.letters.change(letter, { isToAbsent: true });
  layer.returningSince = undefined;
  tree.isNetworkDirty = true;
  putLayer(tree, layer);
}
