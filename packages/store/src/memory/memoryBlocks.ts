import type { Field } from "@frond/foundation";
import type { BlockWitness } from "@frond/protocol";
import { BlockOrderError, BlockSettledError, NotStoredError } from "../errors.ts";
import { BUNDLE_SOURCE } from "../sources.ts";
import type { BlockCommit, BlockRecord, BlockStatus, Store, TransactionPlace } from "../types.ts";
import { type MemoryTree, memoryTree } from "./memoryTree.ts";

/** Blocks with the tree that they make, and what undoes them. */
export type MemoryBlocks = Pick<MemoryTree, "nodes" | "leaves"> &
  Pick<Store, "lastBlockNumber" | "block" | "witness" | "transactionPlace" | "cursor"> & {
    /** @throws BlockOrderError */
    commit(commit: BlockCommit): void;
    /** @throws NotStoredError */
    setStatus(number: number, status: BlockStatus): void;
    /** Undoes the blocks above `through`. @throws BlockSettledError */
    removeAbove(through: number): void;
  };

export const memoryBlocks = (): MemoryBlocks => {
  const tree = memoryTree();
  const blocks: BlockRecord[] = [];
  const witnesses: BlockWitness[] = [];
  /** Of the block with this number; what has settled has none. */
  const undo = new Map<number, () => void>();
  const places = new Map<Field, TransactionPlace>();
  const cursors = new Map<string, number>();
  const putCursor = (source: string, position: number | undefined): void => {
    if (position === undefined) cursors.delete(source);
    else cursors.set(source, position);
  };
  return {
    nodes: tree.nodes,
    leaves: tree.leaves,
    lastBlockNumber: () => blocks.length,
    block: (number) => blocks[number - 1],
    witness: (number) => witnesses[number - 1],
    transactionPlace: (hash) => places.get(hash),
    cursor: (source) => cursors.get(source),
    commit({ block, witness, nodes, leaves }) {
      if (block.number !== blocks.length + 1)
        throw new BlockOrderError({ expected: blocks.length + 1, actual: block.number });
      const ordered = block.consumed.filter(({ source }) => source !== BUNDLE_SOURCE);
      const oldCursors = new Map(ordered.map(({ source }) => [source, cursors.get(source)]));
      const undoTree = tree.change({ nodes, leaves });
      undo.set(block.number, () => {
        undoTree();
        for (const [source, position] of oldCursors) putCursor(source, position);
      });
      blocks.push(structuredClone(block));
      witnesses.push(structuredClone(witness));
      block.transactions.forEach((hash, position) => void places.set(hash, { block: block.number, position }));
      for (const { source, position } of ordered) cursors.set(source, position);
    },
    setStatus(number, status) {
      const block = blocks[number - 1];
      if (block === undefined) throw new NotStoredError({ what: "block", key: String(number) });
      blocks[number - 1] = { ...block, status };
      if (status === "settled") for (const other of undo.keys()) if (other <= number) undo.delete(other);
    },
    removeAbove(through) {
      for (let number = blocks.length; number > through; number--)
        if (!undo.has(number)) throw new BlockSettledError({ block: number, through });
      for (let number = blocks.length; number > through; number--) {
        undo.get(number)!();
        undo.delete(number);
        for (const hash of blocks.pop()!.transactions) places.delete(hash);
        witnesses.pop();
      }
    },
  };
};
