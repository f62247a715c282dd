import { getAnnounced, getUpgraded, type L1 } from "@frond/contracts";
import { type Field, fieldToHex } from "@frond/foundation";
import { fromElements, LAYER_CONFIG, type LayerConfig, layerConfigHash } from "@frond/protocol";
import { AnnouncementMissingError } from "../errors.ts";

/**
 * The config that L1 has of a layer: that of its last upgrade, as its owner announced it, or the one that is known of
 * before. Upgrades and announcements are events, so no blob is read.
 * @throws AnnouncementMissingError
 */
export async function configNow(
  l1: Pick<L1, "publicClient" | "settlement">,
  given: { readonly layerId: Field; readonly config: LayerConfig; readonly deploymentBlock: bigint },
): Promise<LayerConfig> {
  const { layerId, config, deploymentBlock: fromBlock } = given;
  const configHash = (await getUpgraded({ ...l1, fromBlock, layer: layerId })).at(-1);
  if (configHash === undefined || configHash === layerConfigHash(config)) return config;
  const announced = await getAnnounced({ ...l1, fromBlock, layer: layerId, configHash });
  const now = announced && fromElements(LAYER_CONFIG, announced);
  if (now !== undefined) return now;
  throw new AnnouncementMissingError({ layer: fieldToHex(layerId), configHash: fieldToHex(configHash) });
}
