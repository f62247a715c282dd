import { type SequencerError, sequencerClosed, sequencerFailed } from "../errors.ts";

/** Whether the sequencer still works. */
export type Life = {
  readonly isClosing: boolean;
  readonly hasFailed: boolean;
  /** Closes, or has failed. */
  readonly hasEnded: boolean;
  close(): void;
  /** Only the first failure counts. */
  fail(cause: unknown): void;
  /** What a request is refused with when it has ended. */
  refusal(): SequencerError;
  /** @throws SequencerError closed, failed */
  checkRunning(): void;
};

type End = { readonly kind: "closing" } | { readonly kind: "failed"; readonly cause: unknown };

export function createLife({ onFailed }: { onFailed(cause: unknown): void }): Life {
  let end: End | undefined;
  const refusal = (): SequencerError => (end?.kind === "failed" ? sequencerFailed(end.cause) : sequencerClosed());
  return {
    get isClosing() {
      return end?.kind === "closing";
    },
    get hasFailed() {
      return end?.kind === "failed";
    },
    get hasEnded() {
      return end !== undefined;
    },
    close() {
      end ??= { kind: "closing" };
    },
    fail(cause) {
      if (end?.kind === "failed") return;
      end = { kind: "failed", cause };
      onFailed(cause);
    },
    refusal,
    checkRunning() {
      if (end !== undefined) throw refusal();
    },
  };
}
