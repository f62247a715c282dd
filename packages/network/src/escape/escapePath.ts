import type { EscapeLayer } from "@frond/circuits";
import { type FollowedLayers, LayerUnknownError } from "@frond/follower";
import type { Field } from "@frond/foundation";
import { isTrunk } from "@frond/protocol";

/** The layers from the trunk down to one, as a follower has them. @throws LayerUnknownError */
export function escapePath(layers: FollowedLayers, layerId: Field): EscapeLayer[] {
  const layer = layers.get(layerId);
  if (layer === undefined) throw new LayerUnknownError(layerId);
  return isTrunk(layer.config) ? [layer] : [...escapePath(layers, layer.config.parentId), layer];
}
