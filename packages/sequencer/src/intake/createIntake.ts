import type { Field } from "@frond/foundation";
import type { Program } from "@frond/language";
import { isLeg, type Preconfirmation, type Transaction } from "@frond/protocol";
import type { BundleLegs, Prepared, PreparedAgain } from "../bundles/bundleLegs.ts";
import { bundleLeg, noBundleLeg, rateLimited } from "../errors.ts";
import type { Life } from "../life/createLife.ts";
import type { Permissions } from "../life/modes.ts";
import type { Limits } from "../limits.ts";
import type { Orderer } from "../order/types.ts";
import { createAnswers } from "../promise/answers.ts";
import type { Promises } from "../promise/promises.ts";
import type { Returner } from "../setBack/createReturner.ts";
import type { Signal } from "../signal.ts";
import type { Clock, SignatureVerifier, SubmitStage, Verified } from "../types.ts";
import type { AccountRates } from "./accountRates.ts";
import { admitTransaction } from "./admitTransaction.ts";
import type { Counts } from "./counts.ts";
import type { EpochQuota } from "./epochQuota.ts";
import { orderTransaction } from "./orderTransaction.ts";
import type { Entry } from "./parking.ts";
import { createTransactionQueue, type TransactionQueue } from "./transactionQueue.ts";

/** Somebody waits for the answer. */
type Request = Entry & { reject(error: unknown): void } & (
    | { readonly kind: "submit"; resolve(preconfirmation: Preconfirmation): void }
    | {
        readonly kind: "prepare";
        readonly waitsUntil: number;
        readonly isAgain: boolean;
        resolve(prepared: Prepared): void;
      }
  );

/** Transactions and legs of bundles, from the door to their answers. */
export type Intake = Pick<TransactionQueue<Request>, "isWaitedFor" | "tryAgain" | "giveUp" | "fail" | "idle"> & {
  /** @throws what `Sequencer.submit` rejects with */
  submit(transaction: Transaction, onStage?: (stage: SubmitStage) => void): Promise<Preconfirmation>;
  prepare(transaction: Transaction, again?: PreparedAgain): Promise<Prepared>;
  /** Answers what was executed, once it is on disk. */
  answer(): void;
};

export type IntakeOptions = {
  readonly program: Program;
  readonly layerId: Field;
  readonly limits: Limits;
  readonly promiseMilliseconds: number;
};

export type IntakeDependencies = {
  readonly clock: Clock;
  readonly verifier: SignatureVerifier;
  readonly counts: Counts;
  readonly rates: AccountRates;
  readonly quota: EpochQuota;
  readonly orderer: Pick<Orderer, "order" | "tip">;
  readonly promises: Promises;
  readonly returner: Pick<Returner, "checkTurn">;
  readonly life: Pick<Life, "refusal" | "checkRunning" | "fail">;
  /** Wakes when `transactions` may have changed. */
  readonly changed: Signal;
  readonly prepareLeg: BundleLegs["prepare"];
  /** @throws if transactions have to wait for the blocks of the next epoch */
  checkBlocks(): void;
  /** What becomes of transactions now. */
  transactions(): Permissions["transactions"];
  flush(): Promise<unknown>;
  onAccepted(preconfirmation: Preconfirmation, transaction: Transaction): void;
};

export function createIntake(options: IntakeOptions, dependencies: IntakeDependencies): Intake {
  const { clock, counts, rates, life, transactions, prepareLeg, checkBlocks, onAccepted } = dependencies;
  const refuse = ({ reject }: Pick<Request, "reject">, error: unknown): void => {
    counts.leave("rejected");
    reject(error);
  };
  const answers = createAnswers({
    ...dependencies,
    onAnswered({ executed: { transaction, isNew }, preconfirmation }) {
      counts.leave(isNew ? "accepted" : "other");
      if (isNew) onAccepted(preconfirmation, transaction);
    },
    onFailed: refuse,
  });
  const order = (request: Request, verified: Verified): void => {
    const { transaction } = request;
    if (transactions() === "refuse") throw life.refusal();
    if (request.kind === "submit") {
      request.onStage?.("execute");
      answers.add({ ...request, ...orderTransaction(transaction, verified, dependencies) });
      request.onStage?.("store");
      return;
    }
    request.resolve(prepareLeg(transaction, verified, request));
    counts.leave("other");
  };
  const queue = createTransactionQueue<Request>(options.limits, {
    ...dependencies,
    isPaused: () => transactions() === "wait",
    admit({ sender }) {
      const allowance = rates.take(sender, clock.passed());
      if (!allowance.ok) throw rateLimited(allowance.retryAfter);
    },
    order,
    answer: answers.send,
    refuse,
    onFailure: life.fail,
  });
  const enter = (transaction: Transaction, { isForBundle }: { isForBundle: boolean }): void => {
    life.checkRunning();
    try {
      admitTransaction(transaction, options);
      if (isForBundle !== isLeg(transaction)) throw isForBundle ? noBundleLeg() : bundleLeg();
      // The layers of the other legs can't wait for the next epoch.
      if (isForBundle) checkBlocks();
      counts.enter();
    } catch (error) {
      counts.add("rejected");
      throw error;
    }
  };
  return {
    ...queue,
    async submit(transaction, onStage) {
      enter(transaction, { isForBundle: false });
      onStage?.("queue");
      return new Promise((resolve, reject) => queue.push({ kind: "submit", transaction, onStage, resolve, reject }));
    },
    async prepare(transaction, { isAgain } = { isAgain: false }) {
      enter(transaction, { isForBundle: true });
      // So that the coordinator can ask again before the promises of the other legs expire.
      const waitsUntil = clock.passed() + options.promiseMilliseconds / 2;
      return new Promise((resolve, reject) =>
        queue.push({ kind: "prepare", transaction, waitsUntil, isAgain, resolve, reject }),
      );
    },
    answer: answers.send,
  };
}
