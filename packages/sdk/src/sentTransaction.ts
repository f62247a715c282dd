import { type Field, fieldToHex, NotInTimeError, until } from "@frond/foundation";
import { type Preconfirmation, type Transaction, transactionHash } from "@frond/protocol";
import { checkPreconfirmation } from "./checkPreconfirmation.ts";
import { SettlementTimeoutError, TransactionDroppedError } from "./errors.ts";
import type { LayerAccount } from "./layerAccount.ts";
import type { NodeApi, TransactionStatus } from "./nodeApi.ts";
import { unlessAway } from "./unlessAway.ts";

export type WaitOptions = { readonly timeoutSeconds?: number };

/** A call that the sequencer has executed and promised. */
export type SentTransaction = {
  readonly hash: Field;
  readonly transaction: Transaction;
  /** Checked against the layer's sequencer key. */
  readonly preconfirmation: Preconfirmation;
  /**
   * Resolves when the transaction's epoch has settled on L1.
   * @throws TransactionDroppedError when the layer drops the transaction, and with SettlementTimeoutError after
   * `timeoutSeconds` (default 900)
   */
  settled(options?: WaitOptions): Promise<TransactionStatus>;
};

export const DEFAULT_TIMEOUT_SECONDS = 900;
const POLL_MILLISECONDS = 500;

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
  account.saw({ time: preconfirmation.time });
  return { hash, transaction, preconfirmation, settled: (options) => untilSettled(node, hash, options) };
}

async function untilSettled(
  node: NodeApi,
  hash: Field,
  { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }: WaitOptions = {},
): Promise<TransactionStatus> {
  return await pollStatus(`Transaction ${fieldToHex(hash)}`, timeoutSeconds, async () => {
    const status = await node.transaction(hash);
    if (status.status === "dropped") throw new TransactionDroppedError(fieldToHex(hash), status);
    return status;
  });
}

/**
 * Asks for a status until it is "settled". Goes on while the node does not answer: an outage ends nothing but the time.
 * @throws SettlementTimeoutError, and what `ask` throws
 */
export async function pollStatus<T extends { readonly status: string }>(
  what: string,
  timeoutSeconds: number,
  ask: () => Promise<T>,
): Promise<T> {
  let last = "unknown";
  const isSettled = async () => {
    const now = await ask().catch(unlessAway);
    last = now?.status ?? last;
    return now?.status === "settled" && now;
  };
  const times = { everyMilliseconds: POLL_MILLISECONDS, withinMilliseconds: timeoutSeconds * 1_000 };
  try {
    return await until(isSettled, { what: `${what} to settle`, ...times });
  } catch (error) {
    throw error instanceof NotInTimeError ? new SettlementTimeoutError(what, timeoutSeconds, last) : error;
  }
}
