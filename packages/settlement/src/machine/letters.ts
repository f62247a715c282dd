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
   * The receiver has it, and may have consumed it. Not durable: after a restart every letter may be, that is neither
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
  error?: string;
};

/** Letters by sender and by receiver, each in order of position. */
export type Letters = {
  add(letter: Letter): void;
  remove(letter: Letter): void;
  from(layerId: Field): Iterable<Letter>;
  to(layerId: Field): Iterable<Letter>;
  all(): Iterable<Letter>;
  find(from: Field, position: number): Letter | undefined;
  /** Position of the last letter of a layer in an epoch; -1 if there is none. */
  lastPosition(from: Field, epoch: number): number;
};

export function createLetters(): Letters {
  const bySender = new Map<Field, Map<number, Letter>>();
  const byReceiver = new Map<Field, Set<Letter>>();
  const from = (layerId: Field) => bySender.get(layerId)?.values() ?? [];
  return {
    add(letter) {
      const sent = bySender.get(letter.from) ?? new Map<number, Letter>();
      bySender.set(letter.from, sent.set(letter.position, letter));
      const received = byReceiver.get(letter.to) ?? new Set<Letter>();
      byReceiver.set(letter.to, received.add(letter));
    },
    remove(letter) {
      bySender.get(letter.from)?.delete(letter.position);
      byReceiver.get(letter.to)?.delete(letter);
      if (bySender.get(letter.from)?.size === 0) bySender.delete(letter.from);
      if (byReceiver.get(letter.to)?.size === 0) byReceiver.delete(letter.to);
    },
    from,
    to: (layerId) => byReceiver.get(layerId) ?? [],
    *all() {
      for (const letters of bySender.values()) yield* letters.values();
    },
    find: (sender, position) => bySender.get(sender)?.get(position),
    lastPosition(sender, epoch) {
      let last = -1;
      for (const letter of from(sender)) if (letter.epoch === epoch) last = Math.max(last, letter.position);
      return last;
    },
  };
}

/**
 * All layers that have to go back when `seeds` go back: every layer that received from one of them, directly or through
 * other layers. A layer that only sent to them stays: its messages are delivered again.
 */
export function receiversOf(seeds: Iterable<Field>, letters: Pick<Letters, "from">): Set<Field> {
  const found = new Set(seeds);
  // A set iterates over what is added meanwhile, too.
  for (const layerId of found) for (const { to, isDelivered } of letters.from(layerId)) if (isDelivered) found.add(to);
  return found;
}
