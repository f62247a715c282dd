import type { LayerSnapshot } from "@frond/circuits";
import { FLAG_FROZEN } from "@frond/protocol";
import { freezeLayer } from "../machine/freezeLayer.ts";
import { snapshotOfLayer } from "../tree/knownLayer.ts";
import { type Core, knownLayers } from "./core.ts";

/** Notes which layers are frozen in the tree that L1 has now: part of a decision. */
export function noteFrozen(core: Core, trunk: LayerSnapshot): void {
  const known = knownLayers(core);
  for (const layer of core.tree.layers.values()) {
    if (layer.isFrozen === true) continue;
    if (snapshotOfLayer(trunk, known, layer.layerId)?.record.flags === FLAG_FROZEN) freezeLayer(core.tree, layer);
  }
}
