import { getGenesis } from "@frond/contracts";
import type { Field } from "@frond/foundation";
import {
  fromJson,
  type GenesisEntry,
  genesisEntriesSchema,
  type LayerConfig,
  layerConfigSchema,
  layerIdOfConfig,
  layerRoot,
} from "@frond/protocol";
import { type Address, hexToString, type PublicClient } from "viem";
import * as z from "zod";
import { GenesisError } from "../errors.ts";
import { genesisLayers, trunkOf } from "../tree/followedTree.ts";

const descriptionSchema = z.array(
  z.looseObject({ config: layerConfigSchema, genesis: genesisEntriesSchema.optional() }),
);

/** The tree that a deployment began with. */
export type Genesis = {
  readonly root: Field;
  readonly configs: readonly LayerConfig[];
  /** The entries that layers began with, by their ids; believed as far as they lead to the root of a config. */
  readonly entries: GenesisEntries;
  readonly description: string;
  /** The ids that the contract takes for those of its layers. Nothing on L1 compares them with the root. */
  readonly layers: readonly Field[];
};

export type GenesisEntries = ReadonlyMap<Field, readonly GenesisEntry[]>;

/**
 * Reads from L1 which layers a deployment began with, and compares them with the root that the contract began with.
 * @throws GenesisMissingError, GenesisError
 */
export async function readGenesis({
  publicClient,
  settlement,
  deploymentBlock,
}: {
  readonly publicClient: PublicClient;
  readonly settlement: Address;
  readonly deploymentBlock: bigint;
}): Promise<Genesis> {
  const { root, layers, description } = await getGenesis({ publicClient, settlement, deploymentBlock });
  const text = hexToString(description);
  const described = parseDescription(text);
  const configs = described.map(({ config }) => config);
  if (layerRoot(trunkOf(genesisLayers(configs)).record) !== root) throw new GenesisError("they have another root");
  const entries = new Map(described.map(({ config, genesis = [] }) => [layerIdOfConfig(config), genesis]));
  return { root, configs, entries, description: text, layers };
}

function parseDescription(text: string): z.output<typeof descriptionSchema> {
  try {
    return fromJson(descriptionSchema, text);
  } catch (error) {
    throw new GenesisError(`their description can't be read (${(error as Error).message.split("\n")[0]})`);
  }
}
