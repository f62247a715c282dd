import { fieldToHex } from "@frond/foundation";
import { isLeg } from "@frond/protocol";
import type { DroppedTransaction, LoggedTransaction, PendingTransaction, RebaseRecord, Store } from "@frond/store";
import type { OpenBlock } from "../order/openBlock.ts";
import type { RebaseOptions } from "../types.ts";

/**
 * What a rebase has to do after the rollback: everything in the blocks above `through` and in the open one, and what a
 * former rebase could not execute yet, but for what is to be dropped. Each keeps the slot of its first place.
 */
export const planRebase = (
  { through, epoch, session, drop = [] }: RebaseOptions,
  {
    store,
    open,
    lastSlot,
    waiting,
  }: {
    store: Store;
    open: OpenBlock | undefined;
    lastSlot: number;
    waiting: readonly PendingTransaction[];
  },
): RebaseRecord => {
  const firstSlots = store.table<number>("firstSlots");
  const withSlot = (logged: LoggedTransaction, slot: number): PendingTransaction => ({
    ...logged,
    slot: firstSlots.get(fieldToHex(logged.hash)) ?? slot,
  });
  const removed: PendingTransaction[] = [];
  for (let number = through + 1; number <= store.lastBlockNumber(); number++) {
    const { transactions, fees } = store.witness(number)!;
    const { transactions: hashes, slot } = store.block(number)!;
    for (const [i, transaction] of transactions.entries())
      removed.push(withSlot({ hash: hashes[i]!, transaction, fee: fees[i]! }, slot));
  }
  for (const [i, transaction] of (open?.transactions ?? []).entries())
    removed.push(withSlot({ hash: open!.hashes[i]!, transaction, fee: open!.fees[i]! }, open!.slot));

  const reasons = new Map(drop.map((dropped) => [dropped.hash, dropped]));
  const dropped: DroppedTransaction[] = [];
  const transactions: PendingTransaction[] = [];
  for (const pending of [...waiting, ...removed].toSorted((a, b) => a.slot - b.slot)) {
    const { hash, transaction } = pending;
    const reason = reasons.get(hash);
    if (reason === undefined) transactions.push(pending);
    else dropped.push({ hash, code: reason.code, message: reason.message, session, isLeg: isLeg(transaction) });
  }
  return { session, epoch, slot: lastSlot, transactions, dropped };
};
