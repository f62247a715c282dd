import type { Field } from "@frond/foundation";
import type { Executor } from "@frond/language";
import { ACCOUNTS_MAP, entryKey, type Transaction } from "@frond/protocol";
import { executionFailed, expired, nonceTooHigh, nonceTooLow } from "./errors.ts";
import type { Effect } from "./openBlock.ts";

/** What execution sees of the block and of the state before it. */
export type Surroundings = {
  readonly executor: Executor;
  readonly layerId: Field;
  readonly slot: number;
  readonly epoch: number;
  readonly entryWidth: number;
  read(key: Field): readonly Field[] | undefined;
};

/** Where an account's entry is; value 0 of it is the nonce. */
export const accountKey = (address: Field): Field => entryKey(ACCOUNTS_MAP, [address]);

/**
 * Runs a transaction whose signature is checked: expiry, nonce, then the method, which sees the nonce already used. Changes nothing; the result says what to change.
 * @throws SequencerError expired, nonce-too-low, nonce-too-high, execution-failed
 */
export const executeTransaction = (
  { transaction, sender, key }: { transaction: Transaction; sender: Field; key: Field },
  around: Surroundings,
): Effect => {
  if (transaction.expirySlot < around.slot) throw expired(around.slot, transaction.expirySlot);
  const zeros = Array<Field>(around.entryWidth).fill(0n);
  const account = around.read(key) ?? zeros;
  const expected = Number(account[0]);
  if (transaction.nonce < expected) throw nonceTooLow(expected, transaction.nonce);
  if (transaction.nonce > expected) throw nonceTooHigh(expected, transaction.nonce);

  const used = [BigInt(expected) + 1n, ...account.slice(1)];
  const get = (entry: Field): readonly Field[] => (entry === key ? used : (around.read(entry) ?? zeros));
  const outcome = around.executor.runMethod({
    method: transaction.method,
    args: transaction.args,
    context: { sender, layerId: around.layerId, slot: around.slot, epoch: around.epoch },
    state: { get },
  });
  if (!outcome.ok) throw executionFailed(outcome.error.message, outcome.error.location);

  const touched = new Set([key, ...outcome.touched]);
  return {
    touched: [...touched],
    values: new Map([...touched].map((entry) => [entry, outcome.writes.get(entry) ?? get(entry)])),
    produced: outcome.sent,
  };
};
