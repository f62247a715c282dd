import type { Field } from "@frond/foundation";
import { isTrunk, type LayerRecord, type Siblings } from "@frond/protocol";
import { LayerUnknownError } from "../errors.ts";
import type { FollowedLayers } from "../tree/followedTree.ts";

/** A record on the way from a layer to L1, and where it stands among the children of the next one. */
export type LayerStation = {
  readonly record: LayerRecord;
  readonly index: number;
  /** Beside the record's root in the parent's children; none of the trunk, whose root L1 has. */
  readonly siblings: Siblings;
};

/** From a layer's record up to the trunk's, which L1 has the hash of: the layer first. @throws LayerUnknownError */
export function layerPath(layers: FollowedLayers, layerId: Field): LayerStation[] {
  const layer = layers.get(layerId);
  if (layer === undefined) throw new LayerUnknownError(layerId);
  const { config, record } = layer;
  if (isTrunk(config)) return [{ record, index: 0, siblings: [] }];
  const index = Number(config.index);
  const siblings = layers.get(config.parentId)!.children.path(index);
  return [{ record, index, siblings }, ...layerPath(layers, config.parentId)];
}

/** What a layer's vault has of an asset, with the path to the vault's root. @throws LayerUnknownError */
export function vaultPath(
  layers: FollowedLayers,
  layerId: Field,
  asset: number,
): { readonly balance: bigint; readonly siblings: Siblings } {
  const layer = layers.get(layerId);
  if (layer === undefined) throw new LayerUnknownError(layerId);
  return { balance: layer.vault.get(asset), siblings: layer.vault.path(asset) };
}
