import type { BlockRecord, Store } from "@frond/store";

/** The sealed blocks of an epoch, in order. All of them, once the epoch is closed. */
export function blocksOfEpoch(store: Store, epoch: number): BlockRecord[] {
  const blocks: BlockRecord[] = [];
  for (let number = store.lastBlockNumber(); number > 0; number--) {
    const block = store.block(number);
    if (block === undefined || block.epoch < epoch) break;
    if (block.epoch === epoch) blocks.unshift(block);
  }
  return blocks;
}
