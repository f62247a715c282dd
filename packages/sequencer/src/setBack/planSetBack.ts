import { fieldToHex } from "@frond/foundation";
import { isLeg } from "@frond/protocol";
import type { DroppedTransaction, LoggedTransaction, PendingTransaction, SetBackRecord, Store } from "@frond/store";
import type { OpenBlock } from "../order/openBlock.ts";
import type { SetBackOptions } from "../types.ts";

/**
 * What a set-back has to do after the rollback: everything in the blocks above `through` and in the open one, and what
 * a former set-back could not execute yet, but for what is to be dropped. Each keeps the time of its first place.
 */
export function planSetBack(
  { through, epoch, session, after, time, drop = [] }: SetBackOptions,
  {
    store,
    open,
    lastTime,
    latestTime,
    lastAfter,
    waiting,
  }: {
    store: Store;
    open: OpenBlock | undefined;
    lastTime: number;
    /** The latest that a block may have now. */
    latestTime: number;
    /** The end of the epoch before, as it was said last. */
    lastAfter: number;
    waiting: readonly PendingTransaction[];
  },
): SetBackRecord {
  const firstTimes = store.table<number>("firstTimes");
  const withTime = (logged: LoggedTransaction, time: number): PendingTransaction => ({
    ...logged,
    time: firstTimes.get(fieldToHex(logged.hash)) ?? time,
  });
  const removed: PendingTransaction[] = [];
  for (let number = through + 1; number <= store.lastBlockNumber(); number++) {
    const { transactions, fees } = store.witness(number)!;
    const { transactions: hashes, time } = store.block(number)!;
    for (const [i, transaction] of transactions.entries())
      removed.push(withTime({ hash: hashes[i]!, transaction, fee: fees[i]! }, time));
  }
  for (const [i, transaction] of (open?.transactions ?? []).entries())
    removed.push(withTime({ hash: open!.hashes[i]!, transaction, fee: open!.fees[i]! }, open!.time));

  const reasons = new Map(drop.map((dropped) => [dropped.hash, dropped]));
  const dropped: DroppedTransaction[] = [];
  const transactions: PendingTransaction[] = [];
  for (const pending of [...waiting, ...removed].toSorted((a, b) => a.time - b.time)) {
    const { hash, transaction } = pending;
    const reason = reasons.get(hash);
    if (reason === undefined) transactions.push(pending);
    else dropped.push({ hash, code: reason.code, message: reason.message, session, isLeg: isLeg(transaction) });
  }
  // Whoever ran ahead for a year would wait for a year otherwise.
  const isAhead = time !== undefined && lastTime > latestTime;
  const last = isAhead ? Math.max(time, store.block(through)?.time ?? 0) : lastTime;
  return { session, epoch, after: after ?? lastAfter, time: last, transactions, dropped };
}
