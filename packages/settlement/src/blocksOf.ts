import type { BlockRecord, Store } from "@frond/store";

/** The sealed blocks of an epoch, in order. Blocks of one epoch follow one another. */
export function blocksOf(store: Pick<Store, "block" | "lastBlockNumber">, epoch: number): BlockRecord[] {
  const blocks: BlockRecord[] = [];
  for (let number = store.lastBlockNumber(); number > 0; number--) {
    const block = store.block(number)!;
    if (block.epoch < epoch) break;
    if (block.epoch === epoch) blocks.unshift(block);
  }
  return blocks;
}
