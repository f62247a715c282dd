import type { Field } from "@frond/foundation";
import type { BlockWitness } from "@frond/protocol";
import { BlockOrderError, BlockSettledError, NotStoredError } from "../errors.ts";
import { placesOf } from "../placesOf.ts";
import { BUNDLE_SOURCE } from "../sources.ts";
import type { BlockCommit, BlockEvents, BlockRecord, BlockStatus, TransactionPlace } from "../types.ts";
import type { MemoryTree } from "./memoryTree.ts";

/** Blocks in memory with their witnesses, places of transactions and cursors of sources. */
export type MemoryBlocks = {
  last(): number;
  block(number: number): BlockRecord | undefined;
  witness(number: number): BlockWitness | undefined;
  events(from: number): Iterable<BlockEvents>;
  /** @throws {@link BlockOrderError} when the block does not follow the last block */
  add(commit: Omit<BlockCommit, "logThrough">): void;
  /** @throws {@link NotStoredError} when there is no such block */
  setStatus(number: number, status: BlockStatus): void;
  /**
   * Undoes the blocks above `through`.
   * @throws {@link BlockSettledError} when one of these blocks has settled; no block is undone then
   */
  undoAbove(through: number): void;
  /** Removes the oldest settled blocks of epochs up to `throughEpoch`, but the last block; gives their transactions. */
  prune(throughEpoch: number): Field[];
  /** The number of the oldest block that is kept; 0 when there is none. */
  first(): number;
  place(hash: Field): TransactionPlace | undefined;
  cursor(source: string): number | undefined;
};

export function memoryBlocks(tree: MemoryTree): MemoryBlocks {
  const blocks: BlockRecord[] = [];
  let first = 1;
  const witnesses: BlockWitness[] = [];
  const kept = new Map<number, BlockEvents>();
  /** By block number. A settled block has no entry. */
  const undo = new Map<number, () => void>();
  const places = new Map<Field, TransactionPlace>();
  const cursors = new Map<string, number>();

  function putCursor(source: string, position: number | undefined): void {
    if (position === undefined) cursors.delete(source);
    else cursors.set(source, position);
  }

  return {
    last: () => blocks.length,
    block: (number) => blocks[number - 1],
    witness: (number) => witnesses[number - 1],
    events: (from) => structuredClone([...kept.values()].filter(({ block }) => block >= from)),
    add({ block, witness, nodes, leaves, events = [] }) {
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
      const { number, time, epoch } = block;
      if (events.length > 0) kept.set(number, structuredClone({ block: number, time, epoch, events }));
      for (const { hash, position } of placesOf(block)) places.set(hash, { block: block.number, position });
      for (const { source, position } of ordered) cursors.set(source, position);
    },
    setStatus(number, status) {
      const block = blocks[number - 1];
      if (block === undefined) throw new NotStoredError({ what: "block", key: String(number) });
      blocks[number - 1] = { ...block, status };
      if (status === "settled") for (const other of undo.keys()) if (other <= number) undo.delete(other);
    },
    undoAbove(through) {
      for (let number = blocks.length; number > through; number--)
        if (!undo.has(number)) throw new BlockSettledError({ block: number, through });
      for (let number = blocks.length; number > through; number--) {
        undo.get(number)!();
        undo.delete(number);
        kept.delete(number);
        for (const { hash } of placesOf(blocks.pop()!)) places.delete(hash);
        witnesses.pop();
      }
    },
    prune(throughEpoch) {
      const pruned: Field[] = [];
      for (; first < blocks.length; first++) {
        const { epoch, status, transactions, consumed } = blocks[first - 1]!;
        if (epoch > throughEpoch || status !== "settled") break;
        for (const { hash } of placesOf({ transactions, consumed })) places.delete(hash);
        pruned.push(...transactions);
        delete blocks[first - 1];
        delete witnesses[first - 1];
        kept.delete(first);
      }
      return pruned;
    },
    first: () => (blocks.length === 0 ? 0 : first),
    place: (hash) => places.get(hash),
    cursor: (source) => cursors.get(source),
  };
}
