import { fieldToBytes } from "@frond/foundation";
import { BlockOrderError } from "../errors.ts";
import { BUNDLE_SOURCE } from "../sources.ts";
import type { BlockCommit } from "../types.ts";
import { fieldToKey, leafToBytes, numberToBytes, valueToBytes } from "./encoding.ts";
import type { Log } from "./log.ts";
import { type Atomically, lastNumber, type Rows } from "./rows.ts";
import { nodeKey } from "./tree.ts";
import { collectUndo } from "./undo.ts";

/** Adds a block, with what undoes it. Values are encoded before the write lock is taken. @throws BlockOrderError */
export const commitBlock = async (
  commit: BlockCommit,
  { rows, log, atomically }: { readonly rows: Rows; readonly log: Log; readonly atomically: Atomically },
): Promise<void> => {
  const { block } = commit;
  const encoded = encode(commit);
  let orderError: BlockOrderError | undefined;
  await atomically(() => {
    const expected = lastNumber(rows.blocks) + 1;
    if (block.number !== expected) {
      orderError = new BlockOrderError({ expected, actual: block.number });
      return;
    }
    putBlock(encoded, rows);
    log.removeThrough(commit.logThrough);
  });
  if (orderError !== undefined) throw orderError;
};

const encode = ({ block, witness, nodes, leaves }: BlockCommit) => ({
  number: numberToBytes(block.number),
  nodes: nodes.map(({ level, index, value }) => [nodeKey(level, index), fieldToBytes(value)] as const),
  leaves: leaves.map(({ index, leaf }) => [numberToBytes(index), leafToBytes(leaf), fieldToKey(leaf.key)] as const),
  cursors: block.consumed
    .filter(({ source }) => source !== BUNDLE_SOURCE)
    .map(({ source, position }) => [Buffer.from(source), numberToBytes(position)] as const),
  block: valueToBytes(block),
  witness: valueToBytes(witness),
  hashes: block.transactions.map(fieldToKey),
});

const putBlock = (encoded: ReturnType<typeof encode>, rows: Rows): void => {
  const { number, nodes, leaves, cursors, hashes } = encoded;
  const undo = collectUndo(rows, {
    nodes: nodes.map(([key]) => key),
    leaves: leaves.map(([index]) => index),
    cursors: new Map(cursors.map(([key]) => [key.toString(), key])).values(),
  });
  rows.undo.put(number, undo);
  for (const [key, value] of nodes) rows.nodes.put(key, value);
  for (const [index, value, key] of leaves) {
    rows.leaves.put(index, value);
    rows.keys.put(key, index);
  }
  rows.blocks.put(number, encoded.block);
  rows.witnesses.put(number, encoded.witness);
  for (const [position, hash] of hashes.entries())
    rows.places.put(hash, Buffer.concat([number, numberToBytes(position)]));
  for (const [source, position] of cursors) rows.cursors.put(source, position);
};
