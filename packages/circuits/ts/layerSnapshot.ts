import type { Field } from "@frond/foundation";
import {
  BLOCK_KEYS_DEPTH,
  CHILDREN_DEPTH,
  FixedTree,
  genesisRecord,
  L1_LAYER_ID,
  type LayerConfig,
  type LayerRecord,
  layerRoot,
  VAULT_DEPTH,
} from "@frond/protocol";

/**
 * A layer at one moment, and what the roots of its record stand for: what the aggregate circuit opens. Plain data;
 * nothing here changes.
 */
export type LayerSnapshot = {
  readonly config: LayerConfig;
  readonly record: LayerRecord;
  /** Hashes of the verification keys of its blocks, by their place under `config.blockKeysRoot`. */
  readonly blockKeys: readonly Field[];
  /** Balances by asset. */
  readonly vault: ReadonlyMap<number, bigint>;
  /** Its children by index. */
  readonly children: ReadonlyMap<number, LayerSnapshot>;
};

/** A layer before its first block. */
export function genesisSnapshot({
  config,
  blockKeys,
}: {
  config: LayerConfig;
  blockKeys: readonly Field[];
}): LayerSnapshot {
  return { config, record: genesisRecord(config), blockKeys, vault: new Map(), children: new Map() };
}

/** The trunk before the first epoch, with all layers of the tree in it. Exactly one of the layers is the trunk. */
export function genesisOfTree(
  layers: readonly (Parameters<typeof genesisSnapshot>[0] & { readonly layerId: Field })[],
): LayerSnapshot {
  const snapshotOf = (layer: (typeof layers)[number]): LayerSnapshot =>
    layers
      .filter(({ config }) => config.parentId === layer.layerId)
      .reduce(
        (above, child) => withChild(above, Number(child.config.index), snapshotOf(child)),
        genesisSnapshot(layer),
      );
  return snapshotOf(layers.find(({ config }) => config.parentId === L1_LAYER_ID)!);
}

/**
 * The trees of maps that belong to snapshots. Such maps don't change, and one made by withBalances} or
 * {@link withChild} costs the paths that differ.
 */
const trees = new WeakMap<object, FixedTree>();

export function vaultTree(vault: ReadonlyMap<number, bigint>): FixedTree {
  return remember(vault, () => new FixedTree(VAULT_DEPTH, vault));
}

export function childrenTree(children: ReadonlyMap<number, LayerSnapshot>): FixedTree {
  return remember(
    children,
    () =>
      new FixedTree(
        CHILDREN_DEPTH,
        [...children].map(([index, child]) => [index, layerRoot(child.record)] as const),
      ),
  );
}

/** The layer with the balances given in its vault; those of other assets stay. */
export function withBalances(layer: LayerSnapshot, changed: ReadonlyMap<number, bigint>): LayerSnapshot {
  if (changed.size === 0) return layer;
  const vault = new Map([...layer.vault, ...changed]);
  let tree = vaultTree(layer.vault);
  for (const [asset, balance] of changed) tree = tree.with(asset, balance);
  trees.set(vault, tree);
  return { ...layer, vault, record: { ...layer.record, vaultRoot: tree.root } };
}

/** The layer with the child at `index` replaced, or put there. */
export function withChild(layer: LayerSnapshot, index: number, child: LayerSnapshot): LayerSnapshot {
  const children = new Map(layer.children).set(index, child);
  const tree = childrenTree(layer.children).with(index, layerRoot(child.record));
  trees.set(children, tree);
  return { ...layer, children, record: { ...layer.record, childrenRoot: tree.root } };
}

function remember(map: object, make: () => FixedTree): FixedTree {
  const tree = trees.get(map) ?? make();
  trees.set(map, tree);
  return tree;
}

/**
 * The tree over the hashes of the verification keys a layer's blocks may be proven with; its root is `blockKeysRoot`.
 */
export function blockKeysTree(blockKeys: readonly Field[]): FixedTree {
  return new FixedTree(
    BLOCK_KEYS_DEPTH,
    blockKeys.map((hash, index) => [index, hash] as const),
  );
}
