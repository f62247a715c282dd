import { fieldToBytes } from "@frond/foundation";
import { BlockOrderError } from "../errors.ts";
import { placesOf } from "../placesOf.ts";
import { BUNDLE_SOURCE } from "../sources.ts";
import type { BlockCommit, BlockEvents } from "../types.ts";
import { fieldToKey, leafToBytes, numberToBytes, valueToBytes } from "./encoding.ts";
import { putLastPosition } from "./logPosition.ts";
import { lastKey, removeAll, type StoreRows } from "./storeRows.ts";
import { nodeKey } from "./treeReaders.ts";
import { collectUndo } from "./undo.ts";

/**
 * Encodes a block, and returns the function that writes the block within a transaction. That function returns the
 * error, and writes nothing, when the block does not follow the last block.
 */
export function prepareCommit(rows: StoreRows, commit: BlockCommit): () => BlockOrderError | undefined {
  const { block, logThrough } = commit;
  const changes = encodeCommit(commit);
  return () => {
    const expected = lastKey(rows.blocks) + 1;
    if (block.number !== expected) return new BlockOrderError({ expected, actual: block.number });
    writeUndo(rows, block.number, changes);
    writeTree(rows, changes);
    writeBlock(rows, commit, changes);
    for (const [source, position] of changes.cursors) rows.cursors.put(source, position);
    removeAll(rows.log, { end: numberToBytes(logThrough + 1) });
    putLastPosition(rows, logThrough);
    return undefined;
  };
}

/** Encodes the tree before the first block, and returns the function that writes it within a transaction. */
export function prepareBegin(rows: StoreRows, tree: Pick<BlockCommit, "nodes" | "leaves">): () => void {
  const encoded = encodeTree(tree);
  return () => writeTree(rows, encoded);
}

type EncodedCommit = ReturnType<typeof encodeCommit>;

function encodeCommit({ block, witness, nodes, leaves, events = [] }: BlockCommit) {
  const { number, time, epoch } = block;
  const kept: BlockEvents = { block: number, time, epoch, events };
  return {
    ...encodeTree({ nodes, leaves }),
    cursors: block.consumed
      .filter(({ source }) => source !== BUNDLE_SOURCE)
      .map(({ source, position }) => [Buffer.from(source), numberToBytes(position)] as const),
    block: valueToBytes(block),
    witness: valueToBytes(witness),
    events: events.length === 0 ? undefined : valueToBytes(kept),
  };
}

function encodeTree({ nodes, leaves }: Pick<BlockCommit, "nodes" | "leaves">) {
  return {
    nodes: nodes.map(({ level, index, value }) => [nodeKey(level, index), fieldToBytes(value)] as const),
    leaves: leaves.map(({ index, leaf }) => [numberToBytes(index), leafToBytes(leaf), fieldToKey(leaf.key)] as const),
  };
}

function writeUndo(rows: StoreRows, number: number, { nodes, leaves, cursors }: EncodedCommit): void {
  const undo = collectUndo(rows, {
    nodes: nodes.map(([key]) => key),
    leaves: leaves.map(([index]) => index),
    cursors: new Map(cursors.map(([key]) => [key.toString(), key])).values(),
  });
  rows.undo.put(numberToBytes(number), undo);
}

function writeTree(rows: StoreRows, { nodes, leaves }: Pick<EncodedCommit, "nodes" | "leaves">): void {
  for (const [key, value] of nodes) rows.nodes.put(key, value);
  for (const [index, value, key] of leaves) {
    rows.leaves.put(index, value);
    rows.keys.put(key, index);
  }
}

function writeBlock(rows: StoreRows, { block }: BlockCommit, encoded: EncodedCommit): void {
  const number = numberToBytes(block.number);
  rows.blocks.put(number, encoded.block);
  rows.witnesses.put(number, encoded.witness);
  if (encoded.events !== undefined) rows.events.put(number, encoded.events);
  for (const { hash, position } of placesOf(block))
    rows.places.put(fieldToKey(hash), Buffer.concat([number, numberToBytes(position)]));
}
