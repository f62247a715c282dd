import type { BlockSize } from "@frond/protocol";
import type { EnteredEpoch, Store } from "@frond/store";
import { blocksOfEpoch } from "../seal/blocksOfEpoch.ts";
import type { FeeRule } from "../types.ts";
import { type BlockBefore, fullnessOf, nextFee } from "./feeRule.ts";
import { addItems, type ListedItems, listedItems, NO_ITEMS } from "./listedItems.ts";
import { newBlock, type OpenBlock, sizeFor, usageOf } from "./openBlock.ts";
import { createWorkingState, type WorkingState } from "./workingState.ts";

/** The end of the chain: the open block, those that wait to be sealed, and what the next one begins with. */
export type Tip = {
  readonly state: WorkingState;
  readonly epoch: number;
  /** The end of the epoch before. */
  readonly after: number;
  /** The highest time of any block, removed ones included. */
  readonly lastTime: number;
  /** Of this epoch: items in the settlement list, and blocks, the open one included. */
  readonly listed: ListedItems;
  readonly blocks: number;
  /** The time of the block that would be opened next, later than `afterTime`. */
  nextTime(afterTime?: number): number;
  /** That block, empty. */
  next(afterTime?: number): OpenBlock;
  open(block: OpenBlock): void;
  /** Ends the open block; nothing happens if there is none. */
  cut(): void;
  /** The block has put items into the settlement list of its epoch. */
  list(block: OpenBlock, items: ListedItems): void;
  enterEpoch(entered: EnteredEpoch): void;
  /** Starts again from the stored blocks. */
  restart(at: EnteredEpoch & { readonly time: number }): void;
};

export type TipDependencies = {
  readonly store: Store;
  readonly sizes: readonly BlockSize[];
  readonly feeRule: FeeRule;
  /** The time of a block that is opened now, unless it has to be later. */
  now(): number;
  onOpen(block: OpenBlock): void;
  onCut(block: OpenBlock, size: BlockSize): void;
};

export function createTip(dependencies: TipDependencies): Tip {
  const { store, sizes, feeRule, now, onOpen, onCut } = dependencies;
  const state = createWorkingState(store.leaves);
  let epoch = 0;
  let after = 0;
  let lastNumber = 0;
  let lastTime = 0;
  let before: BlockBefore | undefined;
  let counted = { blocks: 0, listed: NO_ITEMS };

  const nextTime = (afterTime = 0): number => Math.max(now(), Math.max(lastTime, after, afterTime) + 1);

  return {
    state,
    get epoch() {
      return epoch;
    },
    get after() {
      return after;
    },
    get lastTime() {
      return lastTime;
    },
    get listed() {
      return counted.listed;
    },
    get blocks() {
      return counted.blocks;
    },
    nextTime,
    next: (afterTime) =>
      newBlock({ number: lastNumber + 1, time: nextTime(afterTime), epoch, fee: nextFee(feeRule, before) }),
    open(block) {
      if (block.epoch > epoch) counted = { blocks: 0, listed: NO_ITEMS };
      epoch = Math.max(epoch, block.epoch);
      counted = { ...counted, blocks: counted.blocks + 1 };
      state.open = block;
      lastNumber = block.number;
      lastTime = block.time;
      onOpen(block);
    },
    cut() {
      const block = state.open;
      if (block === undefined) return;
      const usage = usageOf(block);
      state.open = undefined;
      state.cut.push(block);
      before = { fee: block.fee, fullness: fullnessOf(usage, sizes) };
      onCut(block, sizeFor(sizes, usage)!);
    },
    list(block, items) {
      if (block.epoch === epoch) counted = { ...counted, listed: addItems(counted.listed, items) };
    },
    enterEpoch(entered) {
      ({ epoch, after } = entered);
      counted = countEpoch(epoch, { store, state });
    },
    restart(at) {
      state.clear();
      ({ epoch, after } = at);
      lastNumber = store.lastBlockNumber();
      lastTime = Math.max(store.block(lastNumber)?.time ?? 0, at.time);
      before = lastStored(store, sizes);
      counted = countEpoch(epoch, { store, state });
    },
  };
}

/** What the stored blocks of an epoch, and those that wait, put into its list, and how many they are. */
function countEpoch(
  epoch: number,
  { store, state }: { readonly store: Store; readonly state: WorkingState },
): { readonly blocks: number; readonly listed: ListedItems } {
  const waiting = [...state.cut, ...(state.open === undefined ? [] : [state.open])]
    .filter((block) => block.epoch === epoch)
    .map((block) => listedItems({ consumed: block.incoming, produced: block.produced }));
  const ofBlocks = [...blocksOfEpoch(store, epoch).map(listedItems), ...waiting];
  return { blocks: ofBlocks.length, listed: ofBlocks.reduce(addItems, NO_ITEMS) };
}

function lastStored(store: Store, sizes: readonly BlockSize[]): BlockBefore | undefined {
  const last = store.block(store.lastBlockNumber());
  if (last === undefined) return undefined;
  const { transactions, entries, inserts, consumed, produced } = last;
  const usage = {
    transactions: transactions.length,
    existing: entries,
    inserts,
    consumed: consumed.filter(({ forced }) => forced === undefined).length,
    produced: produced.length,
  };
  return { fee: last.fee, fullness: fullnessOf(usage, sizes) };
}
