import type { Field } from "@frond/foundation";
import {
  CHILDREN_DEPTH,
  FixedTree,
  genesisRecord,
  isTrunk,
  type LayerConfig,
  type LayerRecord,
  layerRoot,
  VAULT_DEPTH,
} from "@frond/protocol";
import { GenesisError } from "../errors.ts";

/** A layer as L1 has it: its record, and what the roots of the record stand for. Plain data; nothing here changes. */
export type FollowedLayer = {
  readonly config: LayerConfig;
  readonly record: LayerRecord;
  /** Balances by asset. */
  readonly vault: FixedTree;
  /** Roots of the children by index. */
  readonly children: FixedTree;
};

/** All layers by id. */
export type FollowedLayers = ReadonlyMap<Field, FollowedLayer>;

/** What is asked of layers to move some of them. */
export type LayerLookup = Pick<FollowedLayers, "get" | "has">;

/** Layers with some of them replaced. */
export function withLayers(layers: LayerLookup, changed: LayerLookup): LayerLookup {
  return {
    get: (layerId) => changed.get(layerId) ?? layers.get(layerId),
    has: (layerId) => changed.has(layerId) || layers.has(layerId),
  };
}

/** A layer without a block, without children. */
export function freshLayer(config: LayerConfig): FollowedLayer {
  const [vault, children] = [new FixedTree(VAULT_DEPTH), new FixedTree(CHILDREN_DEPTH)];
  return { config, record: genesisRecord(config), vault, children };
}

/**
 * The tree before its first epoch, of the configurations that L1 tells.
 * @throws GenesisError
 */
export function genesisLayers(configs: readonly LayerConfig[]): Map<Field, FollowedLayer> {
  const layers = new Map<Field, FollowedLayer>();
  for (const config of configs) {
    const layer = freshLayer(config);
    if (layers.has(layer.record.layerId)) throw new GenesisError(`layer ${layer.record.layerId} stands in it twice`);
    layers.set(layer.record.layerId, layer);
  }
  if (configs.filter(isTrunk).length !== 1) throw new GenesisError("it has not exactly one trunk");
  for (const { config } of layers.values())
    if (!isTrunk(config) && !layers.has(config.parentId)) throw new GenesisError("a layer's parent is missing");
  return new Map([...layers, ...withRoots(layers, [...layers.keys()])]);
}

/** The trunk of layers that it is one of. */
export function trunkOf(layers: FollowedLayers): FollowedLayer {
  for (const layer of layers.values()) if (isTrunk(layer.config)) return layer;
  throw new GenesisError("it has no trunk");
}

/** How many layers stand between a layer and L1, itself included: 1 for the trunk. */
function levelOf(layers: LayerLookup, layerId: Field): number {
  let level = 0;
  for (let at = layers.get(layerId); at !== undefined; at = layers.get(at.config.parentId)) level++;
  return level;
}

/**
 * The layers given, and those above them, with the roots of those below put into their children: each parent once, the
 * deepest layers first.
 */
export function withRoots(layers: LayerLookup, changedIds: readonly Field[]): Map<Field, FollowedLayer> {
  const changed = new Map<Field, FollowedLayer>();
  const waiting = new Map<number, Set<Field>>();
  const add = (level: number, layerId: Field) => waiting.set(level, (waiting.get(level) ?? new Set()).add(layerId));
  for (const layerId of changedIds) add(levelOf(layers, layerId), layerId);
  for (let level = Math.max(0, ...waiting.keys()); level > 0; level--)
    for (const layerId of waiting.get(level) ?? []) {
      const layer = changed.get(layerId) ?? layers.get(layerId)!;
      changed.set(layerId, layer);
      const { parentId, index } = layer.config;
      if (isTrunk(layer.config)) continue;
      const parent = changed.get(parentId) ?? layers.get(parentId)!;
      changed.set(parentId, withChild(parent, Number(index), layerRoot(layer.record)));
      add(level - 1, parentId);
    }
  return changed;
}

function withChild(parent: FollowedLayer, index: number, root: Field): FollowedLayer {
  const children = parent.children.with(index, root);
  return { ...parent, children, record: { ...parent.record, childrenRoot: children.root } };
}
