import type { Field } from "@frond/foundation";
import type { Preconfirmation, Transaction } from "@frond/protocol";
import type { RpcError } from "./errors.ts";

/** A call that waits for its nonce and its signature. */
export type PendingCall = {
  readonly method: number;
  readonly args: readonly Field[];
  /** By default twice the layer's present fee. */
  readonly maxFee?: bigint;
  /** In milliseconds since 1970. */
  readonly expiry?: number;
  /** Without `expiry`; by default ten minutes. */
  readonly validMilliseconds?: number;
};

type Submitted = { readonly transaction: Transaction; readonly preconfirmation: Preconfirmation };

export type SubmitterPorts = {
  /** Reads the account's next nonce from the node. Called whenever the submitter's own count is uncertain. */
  readonly nextNonce: () => Promise<number>;
  readonly sign: (call: PendingCall, nonce: number) => Promise<Transaction>;
  /** Sends transactions in order. Returns one outcome per transaction, in the same order. */
  readonly send: (transactions: readonly Transaction[]) => Promise<(Preconfirmation | RpcError)[]>;
  readonly isError: (outcome: Preconfirmation | RpcError) => outcome is RpcError;
};

/** Exclusive use of the account's next nonce: the submitter sends no other call until `done`. */
export type Turn = {
  readonly nonce: number;
  /** Ends the turn. `isUsed` says whether the nonce is spent; undefined means unknown. */
  done(isUsed?: boolean): void;
};

export type Submitter = {
  /** Signs and sends a call after all earlier calls. */
  submit(call: PendingCall): Promise<Submitted>;
  /**
   * Resolves when all earlier calls are answered. For a transaction that is signed and sent elsewhere: a leg of a
   * bundle.
   */
  takeTurn(): Promise<Turn>;
};

type Waiting = {
  readonly call: PendingCall;
  attempts: number;
  readonly resolve: (submitted: Submitted) => void;
  readonly reject: (error: unknown) => void;
};

/** A queued request for a turn. `run` resolves when the turn is over. */
type WaitingTurn = { readonly run: () => Promise<void> };

const MAXIMUM_BATCH = 64;
const MAXIMUM_ATTEMPTS = 5;

/**
 * Keeps the order of an account's calls with many calls in flight: calls that arrive during a request travel together
 * in the next request. A call that the application refuses uses no nonce. The submitter signs the calls behind a
 * refused call again with their new nonces, without notice to their callers.
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

  /** Removes and returns the calls before the first queued turn. */
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
      // After a refusal only the node knows the next nonce.
      if (again.length > 0 || outcomes.some(ports.isError)) nonce = undefined;
      else nonce = first + batch.length;
    } catch (error) {
      // The node may have received any of the transactions, so none of them is sent again.
      nonce = undefined;
      for (const item of batch) item.reject(error);
    }
  }

  /** Answers the caller. Returns false if the call must be signed again. */
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
    // Runs after the present JavaScript turn, so that calls made in one turn share a request.
    queueMicrotask(() => void run());
  }

  return {
    submit: (call) => new Promise((resolve, reject) => enqueue({ call, attempts: 0, resolve, reject })),
    takeTurn: () =>
      new Promise((resolve, reject) => {
        async function run() {
          try {
            nonce ??= await ports.nextNonce();
          } catch (error) {
            return reject(error);
          }
          const taken = nonce;
          await new Promise<void>((over) => {
            function done(isUsed?: boolean) {
              nonce = isUsed === undefined ? undefined : taken + (isUsed ? 1 : 0);
              over();
            }
            resolve({ nonce: taken, done });
          });
        }
        enqueue({ run });
      }),
  };
}

/** Whether a refused call may succeed with a new nonce, expiry and fee. Values that the caller chose never change. */
export function canSignAgain(
  code: string,
  { expiry, validMilliseconds, maxFee }: Pick<PendingCall, "expiry" | "validMilliseconds" | "maxFee">,
): boolean {
  if (code === "sequencer/expired") return expiry === undefined && validMilliseconds === undefined;
  if (code === "sequencer/fee-too-low") return maxFee === undefined;
  return code === "sequencer/nonce-too-high" || code === "sequencer/nonce-too-low";
}
