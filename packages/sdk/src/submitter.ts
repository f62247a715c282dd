import type { Field } from "@frond/foundation";
import type { Preconfirmation, Transaction } from "@frond/protocol";
import type { RpcError } from "./errors.ts";

/** A call that waits to be signed with the next nonce. */
export type PendingCall = {
  readonly method: number;
  readonly args: readonly Field[];
  /** What the layer asks now, and as much again, unless the caller says otherwise. */
  readonly maxFee?: bigint;
  readonly expirySlot?: number;
};

type Submitted = { readonly transaction: Transaction; readonly preconfirmation: Preconfirmation };

export type SubmitterPorts = {
  /** The account's next nonce, as the node sees it. Asked again whenever it is not certain. */
  readonly nextNonce: () => Promise<number>;
  readonly sign: (call: PendingCall, nonce: number) => Promise<Transaction>;
  /** Sends transactions in order; one outcome each, in order. */
  readonly send: (transactions: readonly Transaction[]) => Promise<(Preconfirmation | RpcError)[]>;
  readonly isError: (outcome: Preconfirmation | RpcError) => outcome is RpcError;
};

/** An account's place in its order of calls: nothing else of it is sent until `done`. */
export type Turn = {
  readonly nonce: number;
  /** Gives the place back. `isUsed`: the nonce is spent; undefined if that is not known. */
  done(isUsed?: boolean): void;
};

export type Submitter = {
  /** Signs and sends a call after all those before it. */
  submit(call: PendingCall): Promise<Submitted>;
  /** Waits until all calls before are answered, for something that is signed and sent elsewhere: a leg of a bundle. */
  takeTurn(): Promise<Turn>;
};

type Waiting = {
  readonly call: PendingCall;
  attempts: number;
  readonly resolve: (submitted: Submitted) => void;
  readonly reject: (error: unknown) => void;
};

/** Somebody who waits for a turn; resolves when it is over. */
type WaitingTurn = { readonly run: () => Promise<void> };

const MAXIMUM_BATCH = 64;
const MAXIMUM_ATTEMPTS = 5;

/**
 * Keeps an account's calls in the order in which they were made, many in flight: those that come while a request is under way travel together in the next one. A call that the
 * application refuses uses no nonce, so those behind it are signed again with the nonces that they have now; the caller does not notice.
 */
export function createSubmitter(ports: SubmitterPorts): Submitter {
  const waiting: (Waiting | WaitingTurn)[] = [];
  let nonce: number | undefined;
  let isRunning = false;

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    for (let [first] = waiting; first !== undefined; [first] = waiting) {
      if ("run" in first) {
        waiting.shift();
        await first.run();
      } else await flush(takeBatch());
    }
    isRunning = false;
  }

  /** The calls in front, up to a turn. */
  function takeBatch(): Waiting[] {
    const end = waiting.findIndex((item) => "run" in item);
    return waiting.splice(0, Math.min(MAXIMUM_BATCH, end === -1 ? waiting.length : end)) as Waiting[];
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

  /** Answers the caller; false if the call must be signed again. */
  function settle(item: Waiting, transaction: Transaction, outcome: Preconfirmation | RpcError): boolean {
    if (!ports.isError(outcome)) {
      item.resolve({ transaction, preconfirmation: outcome });
      return true;
    }
    item.attempts += 1;
    if (canSignAgain(outcome.code, item.call) && item.attempts < MAXIMUM_ATTEMPTS) return false;
    item.reject(outcome);
    return true;
  }

  function enqueue(item: Waiting | WaitingTurn): void {
    waiting.push(item);
    // After the present turn, so that calls made together travel together.
    queueMicrotask(() => void run());
  }

  return {
    submit: (call) => new Promise((resolve, reject) => enqueue({ call, attempts: 0, resolve, reject })),
    takeTurn: () =>
      new Promise((resolve, reject) => {
        const run = async () => {
          try {
            nonce ??= await ports.nextNonce();
          } catch (error) {
            return reject(error);
          }
          const taken = nonce;
          await new Promise<void>((over) => {
            const done = (isUsed?: boolean) => {
              nonce = isUsed === undefined ? undefined : taken + (isUsed ? 1 : 0);
              over();
            };
            resolve({ nonce: taken, done });
          });
        };
        enqueue({ run });
      }),
  };
}

/** Whether a refused call may succeed when it is signed with the nonce, expiry and fee of now. What the caller chose stays. */
export function canSignAgain(
  code: string,
  { expirySlot, maxFee }: Pick<PendingCall, "expirySlot" | "maxFee">,
): boolean {
  if (code === "sequencer/expired") return expirySlot === undefined;
  if (code === "sequencer/fee-too-low") return maxFee === undefined;
  return code === "sequencer/nonce-too-high" || code === "sequencer/nonce-too-low";
}
