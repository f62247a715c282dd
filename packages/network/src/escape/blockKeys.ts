import { blockKeysTree } from "@frond/circuits";
import { getGenesis, type L1 } from "@frond/contracts";
import type { Field } from "@frond/foundation";
import {
  type BlockSize,
  blockSizesSchema,
  fieldSchema,
  fromJson,
  type LayerConfig,
  layerConfigSchema,
  layerIdOfConfig,
} from "@frond/protocol";
import { hexToString } from "viem";
import * as z from "zod";
import { layerNames, readLayerFile } from "../directory/layerFile.ts";

/** What is said of a layer besides its state: on L1 of those that a deployment began with, or in a layer's file. */
export type ToldLayer = {
  readonly name?: string | undefined;
  readonly layerId: Field;
  readonly blockKeys?: readonly Field[] | undefined;
  readonly sizes?: readonly BlockSize[] | undefined;
  readonly config?: LayerConfig | undefined;
  /** The name of a bundled application, or anything: on L1 it is only a word. */
  readonly application?: string | undefined;
};

const descriptionSchema = z.array(
  z.looseObject({
    name: z.string().optional(),
    application: z.string().optional(),
    config: layerConfigSchema,
    blockKeys: z.array(fieldSchema).optional(),
    sizes: blockSizesSchema.optional(),
  }),
);

/** What L1 says of the layers that a deployment began with. A follower has compared their ids with the root there. */
export async function toldOnLayerOne(
  l1: Pick<L1, "publicClient" | "settlement">,
  deploymentBlock: bigint,
): Promise<ToldLayer[]> {
  const { description } = await getGenesis({ ...l1, deploymentBlock });
  return fromJson(descriptionSchema, hexToString(description)).map(
    ({ config, name, application, blockKeys, sizes }) => ({
      layerId: layerIdOfConfig(config),
      ...{ name, application, config, blockKeys, sizes },
    }),
  );
}

/** What the files of a data directory say of a layer. */
export function toldInFiles(dataDirectory: string, layerId: Field): ToldLayer[] {
  const files = layerNames(dataDirectory).map((name) => readLayerFile(dataDirectory, name));
  return files.flatMap((file) => (file?.layerId === layerId ? [file] : []));
}

/** The keys that a layer's config stands for, if somebody has told them: whoever it was, they are right or not. */
export function toldBlockKeys(
  { blockKeysRoot }: Pick<LayerConfig, "blockKeysRoot">,
  told: readonly Pick<ToldLayer, "blockKeys">[],
): readonly Field[] | undefined {
  return told
    .map(({ blockKeys }) => blockKeys)
    .find((keys) => keys !== undefined && keys.length <= MOST_KEYS && blockKeysTree(keys).root === blockKeysRoot);
}

const MOST_KEYS = 16;

/** A layer by its id or by a name that is told of it; undefined if nobody tells of the name. */
export function toldLayerId(text: string, told: readonly Pick<ToldLayer, "name" | "layerId">[]): Field | undefined {
  if (/^0x[0-9a-fA-F]{1,64}$/.test(text)) return BigInt(text);
  return told.find(({ name }) => name === text)?.layerId;
}
