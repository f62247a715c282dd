import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Field, fieldToBytes } from "@frond/foundation";
import { StoreNotEmptyError } from "../errors.ts";
import type { BlockRecord, EnteredEpoch, StoredLeaf, StoreIdentity } from "../types.ts";
import { checkIdentity } from "./checkIdentity.ts";
import { fieldToKey, leafToBytes, numberToBytes, valueToBytes } from "./encoding.ts";
import { lastKey, openStoreRows } from "./storeRows.ts";
import { nodeKey } from "./treeReaders.ts";

/** A layer's state at a settled block, rebuilt from somewhere else. */
export type RestoredState = {
  /** The last settled block, as far as it is known. Blocks before it are not kept. */
  readonly block: BlockRecord;
  /** The epoch of the next block. */
  readonly entered: EnteredEpoch;
  readonly leaves: Iterable<StoredLeaf>;
  readonly nodes: Iterable<{ readonly level: number; readonly index: number; readonly value: Field }>;
  /** The position of the last message that was consumed, by source. */
  readonly cursors: ReadonlyMap<string, number>;
};

/**
 * Fills a store that is not there, or has no block, with a state that was rebuilt. Everything is written or nothing.
 * @throws {@link StoreNotEmptyError} when the store has blocks
 */
export async function restoreStore(
  { path, identity }: { readonly path: string; readonly identity: StoreIdentity },
  { block, entered, leaves, nodes, cursors }: RestoredState,
): Promise<void> {
  const isNew = !existsSync(join(path, "data.mdb"));
  mkdirSync(path, { recursive: true });
  const rows = openStoreRows(path);
  try {
    if (!isNew && (lastKey(rows.blocks) > 0 || lastKey(rows.log) > 0)) throw new StoreNotEmptyError(path);
    checkIdentity({ path, header: rows.header, identity });
    await rows.root.transaction(() => {
      let index = 0;
      for (const leaf of leaves) {
        rows.leaves.put(numberToBytes(index), leafToBytes(leaf));
        rows.keys.put(fieldToKey(leaf.key), numberToBytes(index));
        index++;
      }
      for (const { level, index: at, value } of nodes)
        rows.nodes.put(nodeKey(level, at), Buffer.from(fieldToBytes(value)));
      for (const [source, position] of cursors) rows.cursors.put(Buffer.from(source), numberToBytes(position));
      if (block.number > 0) rows.blocks.put(numberToBytes(block.number), valueToBytes(block));
      const { metadata } = rows.tables;
      metadata.put(Buffer.from("epoch"), valueToBytes(entered));
      metadata.put(Buffer.from("time"), valueToBytes(block.time));
    });
  } finally {
    await rows.root.flushed.then(() => rows.root.close());
  }
}
