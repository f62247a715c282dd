import { transactionHash } from "@frond/protocol";
import type { CoordinatorFrame, LayerFrame } from "./frames.ts";
import type { LinkedSequencer } from "./linkedSequencer.ts";

type Frame<T extends CoordinatorFrame["type"]> = Extract<CoordinatorFrame, { type: T }>;
type Answer = Extract<LayerFrame, { type: "answer" }>;

/** The layer is set back before it could answer: the bundle has failed for this time. */
class SetBackError extends Error {
  readonly code = "sequencer/set-back";
  readonly retry = "later";
}

/**
 * Prepares or commits a leg of a bundle for the coordinator, in the session in which it was asked. A leg that was
 * executed before is not prepared: the answer is its promise. `isSetBackDue`: what would be executed now is not what
 * was asked.
 */
export async function answerRequest(
  sequencer: Pick<LinkedSequencer, "session" | "prepare" | "commit">,
  frame: Frame<"prepare"> | Frame<"commit">,
  isSetBackDue: () => boolean,
): Promise<Answer> {
  const { session } = frame;
  const requireSession = () => {
    if (isSetBackDue() || sequencer.session !== session)
      throw new SetBackError("The layer goes back to an earlier block. Send the bundle again in a moment.");
  };
  const { id } = frame;
  try {
    requireSession();
    if (frame.type === "commit") return { type: "answer", id, preconfirmation: await commit(frame) };
    const { isExecuted } = await sequencer.prepare(frame.transaction);
    requireSession();
    if (!isExecuted) return { type: "answer", id };
    return { type: "answer", id, preconfirmation: await sequencer.commit(transactionHash(frame.transaction)) };
  } catch (error) {
    return { type: "answer", id, failure: failureOf(error) };
  }

  /** A promise that has expired, or was forgotten in a restart, is given again if it still can be. */
  async function commit({ hash, transaction }: Frame<"commit">) {
    try {
      return await sequencer.commit(hash);
    } catch (error) {
      if ((error as { code?: string }).code !== "sequencer/not-prepared") throw error;
      requireSession();
      await sequencer.prepare(transaction, { isAgain: true });
      requireSession();
      return await sequencer.commit(hash);
    }
  }
}

function failureOf(error: unknown): NonNullable<Answer["failure"]> {
  const { code = "unknown", message = String(error), retry } = (error ?? {}) as Record<string, unknown>;
  return {
    code: String(code)
      .replace(/^sequencer\//, "")
      .slice(0, 100),
    message: String(message).slice(0, 1_000),
    retry: retry === true || retry === "later",
  };
}
