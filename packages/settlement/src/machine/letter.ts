import type { Field } from "@frond/foundation";
import type { Message } from "@frond/protocol";

/**
 * A message between two layers, in the running epoch or the next epoch. The letter is durable before its receiver gets
 * it, and until its epoch is closed.
 */
export type Letter = {
  readonly from: Field;
  readonly to: Field;
  /** Its place among all that the sender ever produces. */
  readonly position: number;
  readonly time: number;
  readonly epoch: number;
  readonly message: Message;
  /**
   * The receiver has it, and may have consumed it. Not durable: after a restart every letter may be that is neither
   * late nor to somebody absent.
   */
  isDelivered: boolean;
  /** It was given to the receiver by this process: if it is not consumed, that is the receiver's fault. */
  wasGiven: boolean;
  /** The receiver has it on this connection. */
  isSent: boolean;
  /** The receiver says that it is consumed and durable, or that it can't be. */
  isHandled: boolean;
  /**
   * It came while its epoch was being sealed, when its receiver may have closed the epoch: it is given to nobody but
   * its own sender. Durable.
   */
  readonly isLate: boolean;
  /** When it came, everybody had been told that the receiver can't be reached: it is away, or needs its last blocks. */
  readonly isToUnreachable: boolean;
  /**
   * Its sender had been told that for a while, or has sent the receiver much since: if the receiver does not get it,
   * that is the sender's fault. Durable.
   */
  isToAbsent: boolean;
  /** A block of its receiver that is here consumes it, as far as that was looked at (`consumed.ts`). */
  isConsumed?: boolean;
  error?: string | undefined;
};
