import type { Field } from "@frond/foundation";
import {
  BLOCK_KEYS_DEPTH,
  CHILDREN_DEPTH,
  FixedTree,
  genesisRecord,
  type LayerConfig,
  type LayerRecord,
  layerRoot,
  VAULT_DEPTH,
} from "@frond/protocol";

/** A layer at one moment, and what the roots of its record stand for: what the aggregate circuit opens. Plain data; nothing here changes. */
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

/** A layer before its first block. `stateRoot` is the application's genesis state. */
export function genesisSnapshot({
  config,
  blockKeys,
  stateRoot,
}: {
  config: LayerConfig;
  blockKeys: readonly Field[];
  stateRoot: Field;
}): LayerSnapshot {
  return { config, record: genesisRecord(config, stateRoot), blockKeys, vault: new Map(), children: new Map() };
}

export function vaultTree(vault: ReadonlyMap<number, bigint>): FixedTree {
  return new FixedTree(VAULT_DEPTH, vault);
}

export function childrenTree(children: ReadonlyMap<number, LayerSnapshot>): FixedTree {
  return new FixedTree(
    CHILDREN_DEPTH,
    [...children].map(([index, child]) => [index, layerRoot(child.record)] as const),
  );
}

/** The tree over the hashes of the verification keys a layer's blocks may be proven with; its root is `blockKeysRoot`. */
export function blockKeysTree(blockKeys: readonly Field[]): FixedTree {
  return new FixedTree(
    BLOCK_KEYS_DEPTH,
    blockKeys.map((hash, index) => [index, hash] as const),
  );
}
