import { createUpgradeReader, type L1, readLayer, readTerms } from "@frond/contracts";
import type { Field } from "@frond/foundation";
import type { LayerConfig, LayerRecord } from "@frond/protocol";
import { announcedFor } from "./announcedFor.ts";
import { layerPromises, type PromiseRow, type PromiseSources } from "./layerPromises.ts";

/** What L1 is read with. */
export type PromiseReader = Pick<L1, "publicClient" | "settlement"> & {
  /** The block of the contract's creation. */
  readonly deploymentBlock: bigint;
};

/** A layer as somebody knows it who follows L1. */
export type ReadLayer = { readonly config: LayerConfig; readonly record: LayerRecord; readonly members?: number };

/** The promises of a layer, and what they follow from. */
export type LayerPromises = Omit<PromiseSources, "members"> & {
  readonly layerId: Field;
  readonly rows: readonly PromiseRow[];
};

/** Reads from L1 what the promises of a layer follow from besides its config and record. */
export async function readPromises(reader: PromiseReader, layer: ReadLayer): Promise<LayerPromises> {
  const { config, record } = layer;
  const { layerId } = record;
  const [terms, onLayerOne] = await Promise.all([readTerms(reader), readLayer(reader, layerId)]);
  const blockNumber = await reader.publicClient.getBlockNumber({ cacheTime: 0 });
  const pending = await createUpgradeReader(reader)({ blockNumber, settledUntil: terms.settledUntil });
  const announced = announcedFor(pending, { layerId, owner: config.owner });
  const rows = layerPromises({ ...layer, terms, onLayerOne, announced });
  return { layerId, rows, config, record, terms, onLayerOne, announced };
}
