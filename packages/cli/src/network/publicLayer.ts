import { readLayer } from "@frond/contracts";
import { type FollowerStore, readGenesis } from "@frond/follower";
import { type Field, fieldToHex } from "@frond/foundation";
import { configNow } from "@frond/network/promises";
import { FLAG_FROZEN, genesisRecord, type LayerConfig, type LayerRecord, layerIdOfConfig } from "@frond/protocol";
import { UsageError } from "../errors.ts";
import type { LayerOneAt } from "./findLayer.ts";

/** A layer as public data has it. */
export type PublicLayer = {
  readonly config: LayerConfig;
  /** As of the last epoch that was followed; else as the layer began, frozen if L1 says so. */
  readonly record: LayerRecord;
  readonly isFollowed: boolean;
};

/**
 * A layer as it was followed, or as L1 alone tells of it, which it does of the layers that a deployment began with.
 * What L1 tells in words is compared with the root that it began with.
 * @throws UsageError if L1 has no such layer, or if its config is in blobs that were not followed, GenesisError
 */
export async function publicLayer(
  { publicClient, settlement, ...at }: Omit<LayerOneAt, "fromBlock"> & { readonly deploymentBlock: bigint },
  layerId: Field,
  store: Pick<FollowerStore, "layers"> | undefined,
): Promise<PublicLayer> {
  const l1 = { publicClient, settlement };
  const { deploymentBlock } = at;
  const layer = fieldToHex(layerId);
  const { status } = await readLayer(l1, layerId);
  if (status === "unknown") {
    throw new UsageError(
      `L1 has no layer ${layer} yet, so nothing is promised of it. Wait until an epoch has registered it.`,
      { layer },
    );
  }
  const followed = store?.layers.get(layerId);
  const first = followed?.config ?? (await genesisConfig({ ...l1, deploymentBlock }, layerId));
  if (first === undefined) {
    throw new UsageError(
      `Layer ${layer} was added later, and what it is stands in blobs. Follow L1 with \`frond follow --once\`, and name that directory with --from.`,
      { layer },
    );
  }
  const config = await configNow(l1, { layerId, config: first, deploymentBlock });
  if (followed !== undefined) return { config, record: followed.record, isFollowed: true };
  const begun = genesisRecord(first);
  return { config, record: status === "frozen" ? { ...begun, flags: FLAG_FROZEN } : begun, isFollowed: false };
}

async function genesisConfig(at: Parameters<typeof readGenesis>[0], layerId: Field): Promise<LayerConfig | undefined> {
  const { configs } = await readGenesis(at);
  return configs.find((config) => layerIdOfConfig(config) === layerId);
}
