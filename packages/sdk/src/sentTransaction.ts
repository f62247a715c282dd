import { type Field, fieldToHex } from "@frond/foundation";
import { type Preconfirmation, type Transaction, transactionHash } from "@frond/protocol";
import { checkPreconfirmation } from "./checkPreconfirmation.ts";
import { SettlementTimeoutError, TransactionDroppedError } from "./errors.ts";
import type { LayerAccount } from "./layerAccount.ts";
import type { NodeApi, TransactionStatus } from "./nodeApi.ts";

export type WaitOptions = { readonly timeoutSeconds?: number };

/** A call that the sequencer has executed and promised. */
export type SentTransaction = {
  readonly hash: Field;
  readonly transaction: Transaction;
  /** Checked against the layer's sequencer key. */
  readonly preconfirmation: Preconfirmation;
  /**
   * Resolves when the transaction's epoch has settled on L1. Rejects with {@link TransactionDroppedError} when the
   * layer drops the transaction, and with {@link SettlementTimeoutError} after `timeoutSeconds` (default 900).
   */
  settled(options?: WaitOptions): Promise<TransactionStatus>;
};

export const DEFAULT_TIMEOUT_SECONDS = 900;
const POLL_INTERVAL_MILLISECONDS = 500;

/**
 * Pairs a transaction with its checked preconfirmation.
 * @throws {@link PreconfirmationError} when the preconfirmation is not valid for this transaction
 */
export function sentTransaction(
  account: LayerAccount,
  { transaction, preconfirmation }: { readonly transaction: Transaction; readonly preconfirmation: Preconfirmation },
): SentTransaction {
  const { layer, node } = account;
  const hash = transactionHash(transaction);
  checkPreconfirmation({ preconfirmation, hash, layer });
  account.saw({ slot: preconfirmation.slot });
  return { hash, transaction, preconfirmation, settled: (options) => untilSettled(node, hash, options) };
}

async function untilSettled(
  node: NodeApi,
  hash: Field,
  { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }: WaitOptions = {},
): Promise<TransactionStatus> {
  return await poll(timeoutSeconds, async (isLate) => {
    const status = await node.transaction(hash);
    if (status.status === "settled") return status;
    if (status.status === "dropped") throw new TransactionDroppedError(fieldToHex(hash), status);
    if (isLate) throw new SettlementTimeoutError(`Transaction ${fieldToHex(hash)}`, timeoutSeconds, status.status);
    return undefined;
  });
}

/**
 * Calls `ask` until it returns an answer. In the last call `isLate` is true; then `ask` must return an answer or throw.
 */
export async function poll<T>(timeoutSeconds: number, ask: (isLate: boolean) => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + timeoutSeconds * 1_000;
  for (;;) {
    const answer = await ask(Date.now() > deadline);
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MILLISECONDS));
  }
}
