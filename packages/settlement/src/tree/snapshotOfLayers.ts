import { escapeLayerOf, type LayerSnapshot } from "@frond/circuits";
import { type FollowedLayer, type FollowedLayers, trunkOf } from "@frond/follower";
import type { Field } from "@frond/foundation";

/** Each layer of a tree by itself, as a follower has it. */
export function layersOfSnapshot(trunk: LayerSnapshot): Map<Field, FollowedLayer> {
  const layers = new Map<Field, FollowedLayer>();
  const add = (snapshot: LayerSnapshot): void => {
    for (const child of snapshot.children.values()) add(child);
    layers.set(snapshot.record.layerId, escapeLayerOf(snapshot));
  };
  add(trunk);
  return layers;
}

/**
 * The tree that a follower's layers make up. `keysOf` knows the verification keys under a layer's config; a layer
 * whose keys are not known yet has none, and no block of it can be included.
 */
export function snapshotOfLayers(layers: FollowedLayers, keysOf: (layerId: Field) => readonly Field[]): LayerSnapshot {
  const below = new Map<Field, FollowedLayer[]>();
  for (const layer of layers.values()) {
    const { parentId } = layer.config;
    below.set(parentId, [...(below.get(parentId) ?? []), layer]);
  }
  const snapshot = ({ config, record, vault }: FollowedLayer): LayerSnapshot => ({
    config,
    record,
    blockKeys: keysOf(record.layerId),
    vault: new Map(vault.entries()),
    children: new Map((below.get(record.layerId) ?? []).map((child) => [Number(child.config.index), snapshot(child)])),
  });
  return snapshot(trunkOf(layers));
}
