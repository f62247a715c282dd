import { getUpgrades, type L1, readLayer, readTerms, readUpgrade } from "@frond/contracts";
import { type Field, fieldToHex } from "@frond/foundation";
import type { LayerConfig, LayerRecord } from "@frond/protocol";
import { layerPromises, type PendingUpgrade, type PromiseRow, type PromiseSources } from "./layerPromises.ts";

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
  const { layerId } = layer.record;
  const [terms, onLayerOne, announced] = await Promise.all([
    readTerms(reader),
    readLayer(reader, layerId),
    pendingUpgrade(reader, layer),
  ]);
  const { config, record } = layer;
  const rows = layerPromises({ ...layer, terms, onLayerOne, announced });
  return { layerId, rows, config, record, terms, onLayerOne, announced };
}

async function pendingUpgrade(
  reader: PromiseReader,
  { config: { owner }, record: { layerId } }: ReadLayer,
): Promise<PendingUpgrade | undefined> {
  if (owner === 0n) return undefined;
  const announcer = `0x${fieldToHex(owner).slice(-40)}` as const;
  const found = await readUpgrade(reader, { layer: layerId, announcer });
  if (found === undefined) return undefined;
  const { events } = await getUpgrades({ ...reader, fromBlock: reader.deploymentBlock });
  const event = events.findLast(({ layer, configHash }) => layer === layerId && configHash === found.configHash);
  return {
    configHash: found.configHash,
    usableFrom: Number(found.usableFrom),
    usableBefore: found.usableBefore === undefined ? undefined : Number(found.usableBefore),
    config: event?.config,
  };
}
