import type { Field } from "@frond/foundation";
import { addressOf, type Transaction } from "@frond/protocol";
import type { Store } from "@frond/store";

/** What a transaction calls, and what it pays. `link` names its bundle; all zero if it is in none. */
export type CalledTransaction = Pick<Transaction, "method" | "args" | "nonce" | "maxFee" | "expiry" | "link"> & {
  readonly hash: Field;
  readonly sender: Field;
  readonly fee: bigint;
};

/** The transactions of a sealed block, or of the one that is open; undefined for any other number. */
export function transactionsOf(store: Store, number: number): readonly CalledTransaction[] | undefined {
  const witness = store.witness(number);
  const hashes = store.block(number)?.transactions;
  if (witness !== undefined && hashes !== undefined)
    return witness.transactions.map((transaction, i) =>
      called(transaction, { hash: hashes[i]!, fee: witness.fees[i]! }),
    );
  if (number !== store.lastBlockNumber() + 1) return undefined;
  return openTransactions(store, number);
}

/** A log has records of several blocks if one is being sealed: those after its own `open` are a block's. */
function openTransactions(store: Store, number: number): readonly CalledTransaction[] {
  const found: CalledTransaction[] = [];
  let isOf = false;
  for (const { record } of store.log()) {
    if (record.kind === "open") isOf = record.block === number;
    else if (isOf && record.kind === "transaction") found.push(called(record.transaction, record));
  }
  return found;
}

function called(
  { publicKey, method, args, nonce, maxFee, expiry, link }: Transaction,
  { hash, fee }: { readonly hash: Field; readonly fee: bigint },
): CalledTransaction {
  return { hash, sender: addressOf(publicKey), method, args, nonce, maxFee, expiry, link, fee };
}
