import { getUpgraded } from "@frond/contracts";
import type { Field } from "@frond/foundation";
import { findDeploymentBlock } from "@frond/network/follower";
import type { Settings } from "../settings.ts";
import { type LayerOneFlags, layerOneReader } from "./layerOnePlace.ts";

/**
 * The hashes of the configs that epochs have given a layer, the last one last. Of the last block of L1, however young:
 * an upgrade that a reorganisation undoes comes again.
 */
export async function upgradedOnLayerOne(
  settings: Settings,
  { layerId, ...flags }: LayerOneFlags & { readonly layerId: Field },
): Promise<readonly Field[]> {
  const { publicClient, settlement, place } = await layerOneReader(settings, flags);
  const block = place.deploymentBlock ?? (await findDeploymentBlock(publicClient, settlement));
  return await getUpgraded({ publicClient, settlement, fromBlock: BigInt(block), layer: layerId });
}
