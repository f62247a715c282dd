import { type Field, fieldToHex } from "@frond/foundation";
import { addressOf } from "@frond/protocol";
import type { DroppedTransaction, LoggedTransaction, RebaseRecord, Store } from "@frond/store";
import { SequencerError } from "../errors.ts";
import type { OpenBlock } from "../order/openBlock.ts";
import type { Orderer, Place } from "../order/orderer.ts";
import type { RebaseOptions } from "../types.ts";

/** So long, in milliseconds, execution holds this thread before it sends records to the disk and lets others work. */
const TIME_SLICE = 8;

/** What a rebase has to do after the rollback: everything in the blocks above `through` and in the open one, in order, but for what is to be dropped. */
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
    /** What a former rebase has not been able to execute yet. */
    waiting: readonly LoggedTransaction[];
  },
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
  removed.push(...waiting);

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

/** A transaction that could not be executed again, and why. */
export type Failed = { readonly logged: LoggedTransaction; readonly error: SequencerError };

/**
 * Executes what a rollback has left to be done, in order, at its former fees, and gives back what fails. Can be called again at any time; what was done already is passed over. Stops
 * when `isEnded`, and leaves the rest to the next start.
 */
export const executeAgain = async (dependencies: {
  readonly store: Store;
  readonly orderer: Pick<Orderer, "order">;
  isKnown(hash: Field): boolean;
  remember(logged: LoggedTransaction, place: Place): void;
  flush(): Promise<unknown>;
  /** Resolves when blocks that were cut have become few enough. */
  room(): Promise<void>;
  isEnded(): boolean;
}): Promise<Failed[]> => {
  const { store, orderer, isKnown, remember, flush, room, isEnded } = dependencies;
  const dropped = store.table<DroppedTransaction>("dropped");
  const failed: Failed[] = [];
  let sliceEnd = performance.now() + TIME_SLICE;
  for (const logged of [...store.pending()]) {
    if (performance.now() > sliceEnd) {
      void flush();
      await new Promise(setImmediate);
      sliceEnd = performance.now() + TIME_SLICE;
    }
    await room();
    if (isEnded()) return failed;
    const { hash, transaction, fee } = logged;
    if (isKnown(hash) || dropped.get(fieldToHex(hash)) !== undefined) continue;
    try {
      remember(logged, orderer.order({ hash, transaction, fee, sender: addressOf(transaction.publicKey) }));
    } catch (error) {
      if (!(error instanceof SequencerError)) throw error;
      failed.push({ logged, error });
    }
  }
  await flush();
  return failed;
};

/** Gives up what can't be executed. Then nothing of the rebase is left to be done. One write, so that what comes after finds either all of it or nothing. */
export const dropFailed = (store: Store, failed: readonly Failed[], session: number): Promise<void> =>
  store.clearPending(
    failed.map(({ logged: { hash }, error: { code, message } }) => ({ hash, code, message, session })),
  );
