import { readLayer } from "@frond/contracts";
import type { FollowerStore } from "@frond/follower";
import { type Field, fieldToHex } from "@frond/foundation";
import { toldOnLayerOne } from "@frond/network/escape";
import { configNow } from "@frond/network/promises";
import type { LayerConfig, LayerRecord } from "@frond/protocol";
import { UsageError } from "../errors.ts";
import type { LayerOneAt } from "./findLayer.ts";

/** A layer as public data has it. */
export type PublicLayer = {
  readonly config: LayerConfig;
  /** As of the last epoch that was followed; undefined if the layer was not. */
  readonly record: LayerRecord | undefined;
};

/**
 * The config of a layer, and its record if it was followed. L1 alone tells the config of the layers that a deployment
 * began with.
 * @throws UsageError if the config is in blobs that were not followed
 */
export async function publicLayer(
  { publicClient, settlement, ...at }: Omit<LayerOneAt, "fromBlock"> & { readonly deploymentBlock: bigint },
  layerId: Field,
  store: Pick<FollowerStore, "layers"> | undefined,
): Promise<PublicLayer> {
  const l1 = { publicClient, settlement };
  const { deploymentBlock } = at;
  const followed = store?.layers.get(layerId);
  const told = followed ?? (await toldOnLayerOne(l1, deploymentBlock)).find((layer) => layer.layerId === layerId);
  const first = told?.config;
  if (first !== undefined) {
    const config = await configNow(l1, { layerId, config: first, deploymentBlock });
    return { config, record: followed?.record };
  }
  const layer = fieldToHex(layerId);
  const { status } = await readLayer(l1, layerId);
  throw new UsageError(
    status === "unknown"
      ? `L1 has no layer ${layer} yet, so nothing is promised of it. Wait until an epoch has registered it.`
      : `Layer ${layer} was added later, and what it is stands in blobs. Follow L1 with \`frond follow --once\`, and name that directory with --from.`,
    { layer },
  );
}
