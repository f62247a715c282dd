import type { Transaction } from "@frond/protocol";
import { sequencerFailed } from "../errors.ts";
import type { Preconfirmation, Promised } from "./preconfirmation.ts";
import type { Promises } from "./promises.ts";

/** A transaction that was executed, now or before, and whose sender waits for the promise. */
export type Executed = {
  readonly transaction: Transaction;
  readonly promised: Promised;
  readonly isNew: boolean;
  resolve(preconfirmation: Preconfirmation): void;
  reject(error: unknown): void;
};

/** Promises what was executed, as soon as it is on disk. */
export type Answers = {
  /** Answered with the others at the next `send`. */
  add(executed: Executed): void;
  /** One signature for all; it is made while the disk works. */
  send(): void;
};

export function createAnswers(dependencies: {
  readonly promises: Pick<Promises, "sign">;
  flush(): Promise<unknown>;
  onAnswered(answer: { readonly executed: Executed; readonly preconfirmation: Preconfirmation }): void;
  onFailed(executed: Executed, error: unknown): void;
}): Answers {
  const { promises, flush, onAnswered, onFailed } = dependencies;
  let waiting: Executed[] = [];
  return {
    add: (executed) => void waiting.push(executed),
    send() {
      if (waiting.length === 0) return;
      const answered = waiting;
      waiting = [];
      const durable = flush();
      const signed = promises.sign(answered.map(({ promised }) => promised));
      durable.then(
        () => {
          for (const [i, executed] of answered.entries()) {
            const preconfirmation = signed[i]!;
            executed.resolve(preconfirmation);
            onAnswered({ executed, preconfirmation });
          }
        },
        (error) => {
          for (const executed of answered) onFailed(executed, sequencerFailed(error));
        },
      );
    },
  };
}
