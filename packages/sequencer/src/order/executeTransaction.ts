import type { Field } from "@frond/foundation";
import type { Executor } from "@frond/language";
import { ACCOUNTS_MAP, entryKey, linkMessagesOf, type Transaction } from "@frond/protocol";
import { executionFailed, expired, feeTooLow, nonceTooHigh, nonceTooLow, type SequencerError } from "../errors.ts";
import type { Effect } from "./openBlock.ts";

/** What execution sees of the block and of the state before it. */
export type Surroundings = {
  readonly executor: Executor;
  readonly layerId: Field;
  readonly time: number;
  readonly epoch: number;
  readonly entryWidth: number;
  read(key: Field): readonly Field[] | undefined;
};

/** Where an account's entry is; value 0 of it is the nonce. */
export const accountKey = (address: Field): Field => entryKey(ACCOUNTS_MAP, [address]);

/** What a transaction or message does, or why it is refused; `touched` are the keys on which that depends. */
export type Execution =
  | { readonly ok: true; readonly effect: Effect }
  | { readonly ok: false; readonly error: SequencerError; readonly touched: readonly Field[] };

export type Call = {
  readonly transaction: Transaction;
  readonly sender: Field;
  /** Of the sender's account. */
  readonly key: Field;
  readonly fee: bigint;
  readonly feeRecipient: Field;
  /** Whether nonces before its own may stay unused: then they are of transactions that were dropped. */
  readonly mayPassNonces: boolean;
};

/**
 * Runs a transaction whose signature is checked: expiry, fee, nonce, then the method, which sees the nonce already
 * used; a leg of a bundle has its links besides. Changes nothing; the result says what to change, or refuses: expired,
 * fee-too-low, nonce-too-low, nonce-too-high, execution-failed.
 */
export function executeTransaction(call: Call, around: Surroundings): Execution {
  const { transaction, sender, key, fee, feeRecipient, mayPassNonces } = call;
  const refuse = (error: SequencerError, touched: readonly Field[] = []): Execution => ({ ok: false, error, touched });
  if (transaction.expiry < around.time) return refuse(expired(around.time, transaction.expiry));
  if (transaction.maxFee < fee) return refuse(feeTooLow(fee, transaction.maxFee));
  const zeros = Array<Field>(around.entryWidth).fill(0n);
  const account = around.read(key) ?? zeros;
  const expected = Number(account[0]);
  if (transaction.nonce < expected) return refuse(nonceTooLow(expected, transaction.nonce), [key]);
  if (transaction.nonce > expected && !mayPassNonces) return refuse(nonceTooHigh(expected, transaction.nonce), [key]);

  const used = [BigInt(transaction.nonce) + 1n, ...account.slice(1)];
  const get = (entry: Field): readonly Field[] => (entry === key ? used : (around.read(entry) ?? zeros));
  const outcome = around.executor.runMethod({
    method: transaction.method,
    args: transaction.args,
    context: { sender, layerId: around.layerId, time: around.time, epoch: around.epoch, fee, feeRecipient },
    state: { get },
  });
  const touched = [...new Set([key, ...outcome.touched])];
  if (!outcome.ok) return refuse(executionFailed(outcome.error.message, outcome.error.location), touched);

  const { consumed, produced } = linkMessagesOf(transaction);
  return {
    ok: true,
    effect: {
      touched,
      values: new Map(touched.map((entry) => [entry, outcome.writes.get(entry) ?? get(entry)])),
      // The circuit has the link of a leg after what its method sends.
      produced: produced === undefined ? outcome.sent : [...outcome.sent, produced],
      emitted: outcome.emitted,
      ...(consumed === undefined ? {} : { link: consumed }),
    },
  };
}
