import { type Field, fieldToHex } from "@frond/foundation";
import { addressOf } from "@frond/protocol";
import type { DroppedTransaction, LoggedTransaction, RebaseRecord, Store } from "@frond/store";
import { SequencerError } from "./errors.ts";
import type { OpenBlock } from "./openBlock.ts";
import type { Orderer, Place } from "./orderer.ts";
import type { RebaseOptions } from "./types.ts";

/** So long, in milliseconds, execution holds this thread before it sends records to the disk and lets others work. */
const TIME_SLICE = 8;

/** What a rebase has to do after the rollback: everything in the blocks above `through` and in the open one, in order, but for what is to be dropped. */
export const planRebase = (
  { through, epoch, session, drop = [] }: RebaseOptions,
  { store, open, lastSlot }: { store: Store; open: OpenBlock | undefined; lastSlot: number },
): RebaseRecord => {
  const removed: LoggedTransaction[] = [];
  for (let number = through + 1; number <= store.lastBlockNumber(); number++) {
    const { transactions, fees } = store.witness(number)!;
    const hashes = store.block(number)!.transactions;
    for (const [i, transaction] of transactions.entries())
      removed.push({ hash: hashes[i]!, transaction, fee: fees[i]! });
  }
  for (const [i, transaction] of (open?.transactions ?? []).entries())
    removed.push({ hash: open!.hashes[i]!, transaction, fee: open!.fees[i]! });

  const reasons = new Map(drop.map((dropped) => [dropped.hash, dropped]));
  const dropped: DroppedTransaction[] = [];
  const transactions: LoggedTransaction[] = [];
  for (const logged of removed) {
    const reason = reasons.get(logged.hash);
    if (reason === undefined) transactions.push(logged);
    else dropped.push({ hash: logged.hash, code: reason.code, message: reason.message, session });
  }
  return { session, epoch, slot: lastSlot, transactions, dropped };
};

/**
 * Executes what a rollback has left to be done, in order, at its former fees. What fails is dropped, for a reason that is durable before anything after it: so after a crash the same
 * is dropped again. Can be called again at any time; what was done already is passed over. Stops when `isEnded`, and leaves the rest to the next start.
 */
export const executeAgain = async (dependencies: {
  readonly store: Store;
  readonly session: number;
  readonly orderer: Pick<Orderer, "order">;
  isKnown(hash: Field): boolean;
  remember(logged: LoggedTransaction, place: Place): void;
  flush(): Promise<unknown>;
  /** Resolves when blocks that were cut have become few enough. */
  room(): Promise<void>;
  isEnded(): boolean;
}): Promise<void> => {
  const { store, session, orderer, isKnown, remember, flush, room, isEnded } = dependencies;
  const dropped = store.table<DroppedTransaction>("dropped");
  const writes: Promise<unknown>[] = [];
  let sliceEnd = performance.now() + TIME_SLICE;
  for (const logged of [...store.pending()]) {
    if (performance.now() > sliceEnd) {
      void flush();
      await new Promise(setImmediate);
      sliceEnd = performance.now() + TIME_SLICE;
    }
    await room();
    if (isEnded()) return;
    const { hash, transaction, fee } = logged;
    const key = fieldToHex(hash);
    if (isKnown(hash) || dropped.get(key) !== undefined) continue;
    try {
      remember(logged, orderer.order({ hash, transaction, fee, sender: addressOf(transaction.publicKey) }));
    } catch (error) {
      if (!(error instanceof SequencerError)) throw error;
      writes.push(dropped.put(key, { hash, code: error.code, message: error.message, session }));
    }
  }
  await Promise.all([...writes, flush()]);
  if (!isEnded()) await store.clearPending();
};
