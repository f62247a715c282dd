import { type Field, poseidon2Hash } from "@frond/foundation";
import { CHILDREN_DEPTH, L1_LAYER_ID, STATE_DEPTH, VAULT_DEPTH } from "./constants.ts";
import { emptyTreeRoot } from "./merkleTree.ts";
import { completeRecord, toElements } from "./records.ts";
import type { GivenOf, RecordOf } from "./tables/fieldTypes.ts";
import { LAYER_CONFIG, LAYER_RECORD } from "./tables/layer.ts";

/**
 * What a layer is: fixed from its registration on, except by an announced upgrade, which is not built (docs/protocol.md
 * 2).
 */
export interface LayerConfig extends RecordOf<typeof LAYER_CONFIG> {}

/** One layer at one moment (docs/protocol.md 2). Its hash is the layer's root. */
export interface LayerRecord extends RecordOf<typeof LAYER_RECORD> {}

/** Layers above one another, the trunk included: an L9 is more than anybody needs, and paths stay short. */
export const MOST_LEVELS = 8;

/** A config with its defaults filled in: what is not built yet may be left out. */
export function createLayerConfig(given: GivenOf<typeof LAYER_CONFIG>): LayerConfig {
  return completeRecord(LAYER_CONFIG, given);
}

export function layerConfigHash(config: LayerConfig): Field {
  return poseidon2Hash(toElements(LAYER_CONFIG, config));
}

/** The root of a layer: the hash of its record. L1 stores the trunk's. */
export function layerRoot(record: LayerRecord): Field {
  return poseidon2Hash(toElements(LAYER_RECORD, record));
}

export function layerIdOf(parentId: Field, index: Field): Field {
  return poseidon2Hash([parentId, index]);
}

/**
 * The trunk's `index`: it names one settlement contract on one chain, so that no signature or message is good for
 * another.
 */
export function deploymentIdOf(chainId: bigint, contract: `0x${string}`): Field {
  return poseidon2Hash([chainId, BigInt(contract)]);
}

/** The config's own layer id. */
export function layerIdOfConfig(config: LayerConfig): Field {
  return layerIdOf(config.parentId, config.index);
}

/** The root of an indexed tree together with how many of its leaves are used. */
export function stateRootOf(treeRoot: Field, leafCount: number): Field {
  return poseidon2Hash([treeRoot, BigInt(leafCount), BigInt(STATE_DEPTH)]);
}

/** The record of a layer that has just been registered: time 0, no child, nothing in its vault. */
export function genesisRecord(config: LayerConfig): LayerRecord {
  return {
    layerId: layerIdOfConfig(config),
    configHash: layerConfigHash(config),
    stateRoot: config.genesisStateRoot,
    time: 0,
    childrenRoot: emptyTreeRoot(CHILDREN_DEPTH),
    vaultRoot: emptyTreeRoot(VAULT_DEPTH),
    flags: 0n,
  };
}

/** The record of the trunk has L1 as its parent. */
export function isTrunk(config: LayerConfig): boolean {
  return config.parentId === L1_LAYER_ID;
}
