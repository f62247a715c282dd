import type { Preconfirmation, Transaction } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { type BlockTransaction, forcedOf, signedCall } from "./readBlocks.ts";

/** A transaction as it is told to who listens; what it has paid is in its block. */
export type TransactionNews = Omit<BlockTransaction, "fee"> & { readonly block: number };

/** Tells who listens of the newest transactions: once in a while, whatever there were. */
export type Newsroom = {
  /** A transaction that was promised. */
  add(preconfirmation: Preconfirmation, transaction: Transaction): void;
  /** What L1 forced is known with its block. */
  addForced(block: BlockRecord): void;
  close(): void;
};

/** Between two times that it is told: a page shows no more than that. */
const GATHER_MILLISECONDS = 250;
/** Transactions that are told at once. */
const MOST = 32;

/**
 * The cost depends neither on how many transactions there are nor, but for sending one text, on how many listen: the
 * newest are told, in their order, with the number of those before them that are not. `publish` is given nothing while
 * `hasListeners` is false.
 */
export function createTransactionNews({
  hasListeners,
  publish,
}: {
  hasListeners(): boolean;
  publish(news: { readonly transactions: readonly TransactionNews[]; readonly missed: number }): void;
}): Newsroom {
  let newest: (() => TransactionNews)[] = [];
  let missed = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tell(): void {
    timer = undefined;
    publish({ transactions: newest.map((describe) => describe()), missed });
    [newest, missed] = [[], 0];
  }

  function keep(describe: () => TransactionNews): void {
    if (!hasListeners()) return;
    newest.push(describe);
    if (newest.length > MOST) {
      newest.shift();
      missed++;
    }
    timer ??= setTimeout(tell, GATHER_MILLISECONDS).unref();
  }

  return {
    add: ({ transactionHash, block }, transaction) =>
      keep(() => ({ block, ...signedCall(transaction, transactionHash) })),
    addForced(block) {
      for (const { fee: _, ...forced } of forcedOf(block)) keep(() => ({ block: block.number, ...forced }));
    },
    close: () => clearTimeout(timer),
  };
}
