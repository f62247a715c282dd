import type { Field } from "@frond/foundation";
import type { Preconfirmation, Transaction } from "@frond/protocol";
import type { RpcError } from "./errors.ts";

/** A call that waits to be signed with the next nonce. */
export type PendingCall = {
  readonly method: number;
  readonly args: readonly Field[];
  readonly maxFee: bigint;
  readonly expirySlot?: number;
};

export type Submitted = { readonly transaction: Transaction; readonly preconfirmation: Preconfirmation };

export type SubmitterPorts = {
  /** The account's next nonce, as the node sees it. */
  readonly nextNonce: () => Promise<number>;
  readonly sign: (call: PendingCall, nonce: number) => Promise<Transaction>;
  /** Sends transactions in order; one outcome each, in order. */
  readonly send: (transactions: readonly Transaction[]) => Promise<(Preconfirmation | RpcError)[]>;
  readonly isError: (outcome: Preconfirmation | RpcError) => outcome is RpcError;
};

type Waiting = {
  readonly call: PendingCall;
  attempts: number;
  readonly resolve: (submitted: Submitted) => void;
  readonly reject: (error: unknown) => void;
};

const MAXIMUM_BATCH = 64;
const MAXIMUM_ATTEMPTS = 5;

/**
 * Keeps an account's calls in the order in which they were made, many in flight: those that come while a request is under way travel together in the next one. A call that the
 * application refuses uses no nonce, so those behind it are signed again with the nonces that they have now; the caller does not notice.
 */
export function createSubmitter(ports: SubmitterPorts): (call: PendingCall) => Promise<Submitted> {
  const waiting: Waiting[] = [];
  let nonce: number | undefined;
  let isRunning = false;

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    while (waiting.length > 0) await flush(waiting.splice(0, MAXIMUM_BATCH));
    isRunning = false;
  }

  async function flush(batch: Waiting[]): Promise<void> {
    try {
      nonce ??= await ports.nextNonce();
      const first = nonce;
      const transactions = await Promise.all(batch.map(({ call }, i) => ports.sign(call, first + i)));
      const outcomes = await ports.send(transactions);
      const again = batch.filter((item, i) => !settle(item, transactions[i]!, outcomes[i]!));
      waiting.unshift(...again);
      // Only the node knows what is next after a call was refused.
      if (again.length > 0 || outcomes.some(ports.isError)) nonce = undefined;
      else nonce = first + batch.length;
    } catch (error) {
      // It is not known which of them arrived, so none is sent again.
      nonce = undefined;
      for (const item of batch) item.reject(error);
    }
  }

  /** Answers the caller; false if the call must be signed again with another nonce. */
  function settle(item: Waiting, transaction: Transaction, outcome: Preconfirmation | RpcError): boolean {
    if (!ports.isError(outcome)) {
      item.resolve({ transaction, preconfirmation: outcome });
      return true;
    }
    item.attempts += 1;
    const isNonce = outcome.code === "sequencer/nonce-too-high" || outcome.code === "sequencer/nonce-too-low";
    if (isNonce && item.attempts < MAXIMUM_ATTEMPTS) return false;
    item.reject(outcome);
    return true;
  }

  return (call) =>
    new Promise((resolve, reject) => {
      waiting.push({ call, attempts: 0, resolve, reject });
      // After the present turn, so that calls made together travel together.
      queueMicrotask(() => void run());
    });
}
