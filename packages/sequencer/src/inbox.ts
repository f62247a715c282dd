import type { IncomingMessage } from "@frond/store";
import { inboxFull, messageOutOfPlace } from "./errors.ts";

/** Messages on their way into a block, oldest first. */
export type Inbox = {
  readonly size: number;
  /**
   * Takes the messages that are new for their source; resolves when all are handled and on disk.
   * @throws SequencerError inbox-full; then none was taken
   */
  put(messages: readonly IncomingMessage[]): Promise<void>;
  /** Hands the oldest to `handle`; if that throws, the message is dropped, and its `put` rejects. False if there was none. */
  handleOldest(handle: (incoming: IncomingMessage) => void, onRefused: (error: unknown) => void): boolean;
  /** What has been handled since the last time is on disk when `durable` resolves. */
  settle(durable: Promise<unknown>): void;
  /** Rejects everything under way. */
  fail(error: unknown): void;
  /** The last position of a source that a block has handled. */
  cursor(source: string): number | undefined;
  /** A message that the log says was handled. */
  noteHandled(incoming: IncomingMessage): void;
};

type Letter = { readonly incoming: IncomingMessage; resolve(): void; reject(error: unknown): void };

export const createInbox = (options: {
  readonly maxInbox: number;
  readonly layerId: bigint;
  storedCursor(source: string): number | undefined;
}): Inbox => {
  const letters: Letter[] = [];
  let handled: Letter[] = [];
  const taken = new Map<string, number>();
  const cursors = new Map<string, number>();
  const cursor = (source: string): number | undefined => cursors.get(source) ?? options.storedCursor(source);
  return {
    get size() {
      return letters.length;
    },
    async put(messages) {
      const wrong = messages.find(({ message }) => message.to !== options.layerId);
      if (wrong !== undefined) throw messageOutOfPlace(wrong.source, wrong.position);
      const last = (source: string): number => taken.get(source) ?? cursor(source) ?? -1;
      const fresh = messages.filter(({ source, position }) => position > last(source));
      if (letters.length + fresh.length > options.maxInbox) throw inboxFull(letters.length);
      const handling: Promise<void>[] = [];
      for (const incoming of fresh) {
        if (incoming.position <= last(incoming.source)) continue;
        taken.set(incoming.source, incoming.position);
        handling.push(new Promise<void>((resolve, reject) => void letters.push({ incoming, resolve, reject })));
      }
      await Promise.all(handling);
    },
    handleOldest(handle, onRefused) {
      const letter = letters.shift();
      if (letter === undefined) return false;
      try {
        handle(letter.incoming);
        cursors.set(letter.incoming.source, letter.incoming.position);
        handled.push(letter);
      } catch (error) {
        onRefused(error);
        letter.reject(error);
      }
      return true;
    },
    settle(durable) {
      if (handled.length === 0) return;
      const settled = handled;
      handled = [];
      durable.then(
        () => {
          for (const { resolve } of settled) resolve();
        },
        (error) => {
          for (const { reject } of settled) reject(error);
        },
      );
    },
    fail(error) {
      for (const { reject } of [...letters.splice(0), ...handled]) reject(error);
      handled = [];
    },
    cursor,
    noteHandled: ({ source, position }) => void cursors.set(source, position),
  };
};
