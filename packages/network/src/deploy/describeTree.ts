import { blockKeysTree } from "@frond/circuits";
import type { Committee } from "@frond/committee";
import { type Field, fieldToHex, publicKeyOf } from "@frond/foundation";
import { genesisEntries } from "@frond/language";
import {
  committeeRoot,
  createLayerConfig,
  DataAvailability,
  deploymentIdOf,
  genesisStateRoot,
  L1_LAYER_ID,
  layerIdOfConfig,
} from "@frond/protocol";
import type { LayerDefinition, NetworkConfig } from "../configuration/types.ts";
import type { LayerFile } from "../directory/layerFile.ts";
import type { NetworkLayer } from "../directory/networkFile.ts";
import type { Committees } from "../members/openCommittees.ts";
import { blockKeysOf, type LayerCircuits } from "../proving/prepareCircuits.ts";

/** The circuits of each layer, by the layer's name. */
export type CircuitsOfLayers = ReadonlyMap<string, LayerCircuits>;

export type DescribeLayerOptions = {
  readonly definition: LayerDefinition;
  readonly parentId: Field;
  readonly index: Field;
  readonly circuits: LayerCircuits;
  /** Of a layer that does not publish all its data. */
  readonly committee: Committee | undefined;
  readonly sequencerSecret: bigint;
  readonly chainId: number;
  readonly settlement: `0x${string}`;
  readonly referenceString: "development" | "ignition";
};

/**
 * A layer's file: its config follows from its place in the tree, who sequences it, and what its blocks are proven with
 * (docs/protocol.md 2).
 */
export function describeLayer(options: DescribeLayerOptions): LayerFile {
  const { definition, circuits, committee } = options;
  const { program } = definition.application;
  const genesis = genesisEntries(definition.application);
  const blockKeys = blockKeysOf(circuits);
  const config = createLayerConfig({
    parentId: options.parentId,
    index: options.index,
    blockKeysRoot: blockKeysTree(blockKeys).root,
    sequencerKey: publicKeyOf(options.sequencerSecret),
    genesisStateRoot: genesisStateRoot(program.entryWidth, genesis),
    dataAvailability: DataAvailability[definition.data],
    owner: BigInt(definition.owner ?? 0),
    ...(committee === undefined ? {} : committeeConfig(committee)),
  });
  return {
    version: 1,
    name: definition.name,
    application: definition.applicationRef,
    parent: definition.parent ?? null,
    layerId: layerIdOfConfig(config),
    config,
    blockKeys,
    ...(genesis.length > 0 && { genesis }),
    sizes: [...definition.sizes],
    circuits: [...circuits.blocks].map(([size, { digest, key }]) => ({ size, digest, keyHash: key.hash })),
    sequencerSecret: options.sequencerSecret,
    blockMilliseconds: definition.blockMilliseconds,
    messageDelayMilliseconds: definition.messageDelayMilliseconds,
    every: definition.every ?? null,
    feeRule: definition.feeRule,
    limits: definition.limits as Record<string, number>,
    committee: committee === undefined ? null : { members: [...committee.members], threshold: committee.threshold },
    port: definition.port ?? 0,
    chainId: options.chainId,
    settlement: options.settlement,
    referenceString: options.referenceString,
  };
}

function committeeConfig({ members, threshold }: Committee) {
  return { committeeRoot: committeeRoot(members.map(({ publicKey }) => publicKey)), committeeThreshold: threshold };
}

type Place = {
  readonly chainId: number;
  readonly settlement: `0x${string}`;
  readonly referenceString: "development" | "ignition";
};

type TreeSecrets = { readonly secrets: ReadonlyMap<string, bigint>; readonly committees: Committees };

/** The files of all layers of a network before its first block: each child's index is its place among its siblings. */
export function describeTree(
  config: NetworkConfig,
  circuits: CircuitsOfLayers,
  { secrets, committees, ...place }: TreeSecrets & Place,
): LayerFile[] {
  const files = new Map<string, LayerFile>();
  const siblings = new Map<string, number>();
  for (const definition of config.layers) {
    const { name, parent } = definition;
    const index = parent === undefined ? 0 : (siblings.get(parent) ?? 0);
    if (parent !== undefined) siblings.set(parent, index + 1);
    files.set(
      name,
      describeLayer({
        definition,
        parentId: parent === undefined ? L1_LAYER_ID : files.get(parent)!.layerId,
        index: parent === undefined ? deploymentIdOf(BigInt(place.chainId), place.settlement) : BigInt(index),
        circuits: circuits.get(name)!,
        committee: committees.get(name),
        sequencerSecret: secrets.get(name)!,
        ...place,
      }),
    );
  }
  return [...files.values()];
}

/** A layer as the file of its network lists it. */
export function networkLayerOf({ name, application, parent, layerId }: LayerFile): NetworkLayer {
  return { name, application, parent, layerId: fieldToHex(layerId), url: "" };
}
