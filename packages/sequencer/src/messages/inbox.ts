import { forcedMessage, isForced, isLetter, isSentByL1, L1_LAYER_ID, messageHash } from "@frond/protocol";
import type { IncomingMessage } from "@frond/store";
import { inboxFull, messageOutOfPlace } from "../errors.ts";
import { MustWait, type WaitReason } from "../order/mustWait.ts";
import { createCursors } from "./cursors.ts";
import { createLetters, type Letter } from "./letters.ts";

/** Messages on their way into a block. */
export type Inbox = {
  readonly size: number;
  /**
   * When the oldest message arrived that can be handled, as far as is known, by `Clock.passed`; undefined if there is
   * none.
   */
  readonly waitingSince: number | undefined;
  /**
   * Takes the messages that are new for their source; resolves when all are handled and on disk.
   * @throws SequencerError inbox-full, message-out-of-place; then none was taken
   */
  put(messages: readonly IncomingMessage[]): Promise<void>;
  /**
   * Hands the oldest to `handle`; if that throws, the message is dropped, and its `put` rejects, unless it must wait.
   * False if there was none.
   */
  handleOldest(handle: (incoming: IncomingMessage) => void, onRefused: (error: unknown) => void): boolean;
  /** What had to wait for this can be tried again. */
  unblock(reason: WaitReason): void;
  /** What has been handled since the last time is on disk when `durable` resolves. */
  settle(durable: Promise<unknown>): void;
  /** Rejects everything under way. */
  fail(error: unknown): void;
  /**
   * An epoch ends: rejects what layers sent in it and nothing has consumed. A message lives in one epoch; deposits
   * stay.
   */
  endEpoch(error: unknown): void;
  /** Rejects everything under way, and goes back to what the store says was handled. */
  restart(error: unknown): void;
  /** The last position of a source that a block has handled. */
  cursor(source: string): number | undefined;
  /** A message that the log says was handled. */
  noteHandled(incoming: IncomingMessage): void;
};

export function createInbox(options: {
  readonly maxInbox: number;
  readonly layerId: bigint;
  passed(): number;
  storedCursor(source: string): number | undefined;
}): Inbox {
  const { maxInbox, layerId, passed } = options;
  const letters = createLetters();
  const cursors = createCursors(options.storedCursor);
  const handled: Letter[] = [];

  const takeHandled = (): Letter[] => handled.splice(0);
  const fail = (error: unknown): void => {
    for (const { reject } of [...letters.takeAll(), ...takeHandled()]) reject(error);
  };

  return {
    get size() {
      return letters.size;
    },
    get waitingSince() {
      return letters.oldest()?.arrivedAt;
    },
    async put(messages) {
      checkAddress(messages, layerId);
      if (letters.size + messages.filter(cursors.isNew).length > maxInbox) throw inboxFull(letters.size);
      const handling = messages.filter(cursors.isNew).map((incoming) => {
        // Given twice in one call, it is taken once.
        if (!cursors.isNew(incoming)) return undefined;
        cursors.take(incoming);
        return new Promise<void>((resolve, reject) => letters.add({ incoming, arrivedAt: passed(), resolve, reject }));
      });
      await Promise.all(handling);
    },
    handleOldest(handle, onRefused) {
      const letter = letters.oldest();
      if (letter === undefined) return false;
      const { incoming } = letter;
      try {
        handle(incoming);
        letters.remove(letter);
        cursors.handle(incoming);
        handled.push(letter);
      } catch (error) {
        if (error instanceof MustWait) letters.block(incoming.source, error.reason);
        else {
          letters.remove(letter);
          onRefused(error);
          letter.reject(error);
        }
      }
      return true;
    },
    unblock: letters.unblock,
    settle(durable) {
      const settled = takeHandled();
      if (settled.length > 0) settleLetters(settled, durable);
    },
    endEpoch(error) {
      for (const { incoming, reject } of letters.takeFromLayers()) {
        cursors.giveBack(incoming.source);
        reject(error);
      }
    },
    fail,
    restart(error) {
      fail(error);
      cursors.restart();
    },
    cursor: cursors.handled,
    noteHandled: cursors.handle,
  };
}

/**
 * No block could consume another one: its circuit refuses the kind, or the message is a link, which comes with the leg
 * of its bundle, or one that demands another forced transaction than the one that comes with it.
 * @throws SequencerError message-out-of-place
 */
function checkAddress(messages: readonly IncomingMessage[], layerId: bigint): void {
  const isFor = ({ message, forced }: IncomingMessage) => {
    const { from, to, kind } = message;
    const isKnown = from === L1_LAYER_ID ? isSentByL1(kind) : isLetter(kind);
    const hasWords = isForced(kind)
      ? forced !== undefined && messageHash(forcedMessage(forced.transaction)) === messageHash(message)
      : forced === undefined;
    return to === layerId && isKnown && hasWords;
  };
  const wrong = messages.find((incoming) => !isFor(incoming));
  if (wrong !== undefined) throw messageOutOfPlace(wrong.source, wrong.position);
}

function settleLetters(letters: readonly Letter[], durable: Promise<unknown>): void {
  durable.then(
    () => {
      for (const { resolve } of letters) resolve();
    },
    (error) => {
      for (const { reject } of letters) reject(error);
    },
  );
}
