import type { LayerSnapshot } from "@frond/circuits";
import type { Field } from "@frond/foundation";
import { type BlockSize, type LayerConfig, layerIdOfConfig } from "@frond/protocol";

/** The circuit of one block size: how the prover finds it, and what the layer's config allows. */
export type BlockCircuitRef = { readonly size: string; readonly digest: string; readonly keyHash: Field };

/** A layer that takes part in the tree: what was registered of it, and what people call it. */
export type KnownLayer = {
  readonly name: string;
  readonly layerId: Field;
  readonly config: LayerConfig;
  /** Hashes of the verification keys under `config.blockKeysRoot`, in order. */
  readonly blockKeys: readonly Field[];
  readonly application: string;
  readonly sizes: readonly BlockSize[];
  readonly circuits: readonly BlockCircuitRef[];
};

/** The layers of a tree by id, parents before children. */
export type KnownLayers = ReadonlyMap<Field, KnownLayer>;

export function childIndexOf({ config }: KnownLayer): number {
  return Number(config.index);
}

export function childrenOf(layers: KnownLayers, parentId: Field): KnownLayer[] {
  return [...layers.values()].filter(({ config }) => config.parentId === parentId);
}

/**
 * Where a layer is below the trunk: the indexes of the children on the way; empty for the trunk. Undefined for a layer
 * that does not hang together with it.
 */
export function pathOf(layers: KnownLayers, layerId: Field): number[] | undefined {
  const layer = layers.get(layerId);
  if (layer === undefined) return undefined;
  if (layer.config.parentId === 0n) return [];
  const above = pathOf(layers, layer.config.parentId);
  return above && [...above, childIndexOf(layer)];
}

/** A layer's snapshot inside that of the trunk; undefined if it is not registered yet. */
export function snapshotAt(trunk: LayerSnapshot, path: readonly number[]): LayerSnapshot | undefined {
  return path.reduce<LayerSnapshot | undefined>((layer, index) => layer?.children.get(index), trunk);
}

/** Where a layer stands in the trunk's snapshot; undefined if it is not registered yet. */
export function snapshotOfLayer(trunk: LayerSnapshot, layers: KnownLayers, layerId: Field): LayerSnapshot | undefined {
  const path = pathOf(layers, layerId);
  return path && snapshotAt(trunk, path);
}

/** Whether id, config and keys of a layer agree. */
export function isConsistent({ layerId, config }: KnownLayer): boolean {
  return layerIdOfConfig(config) === layerId;
}
