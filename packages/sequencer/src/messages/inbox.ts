import { isLink, L1_LAYER_ID } from "@frond/protocol";
import type { IncomingMessage } from "@frond/store";
import { inboxFull, messageOutOfPlace } from "../errors.ts";
import { MustWait, type WaitReason } from "../order/mustWait.ts";

/** Messages on their way into a block, oldest first. One that must wait holds up those of its source only. */
export type Inbox = {
  readonly size: number;
  /** When the oldest message arrived that can be handled, as far as is known; undefined if there is none. */
  readonly waitingSince: number | undefined;
  /**
   * Takes the messages that are new for their source; resolves when all are handled and on disk.
   * @throws SequencerError inbox-full, message-out-of-place; then none was taken
   */
  put(messages: readonly IncomingMessage[]): Promise<void>;
  /** Hands the oldest to `handle`; if that throws, the message is dropped, and its `put` rejects, unless it must wait. False if there was none. */
  handleOldest(handle: (incoming: IncomingMessage) => void, onRefused: (error: unknown) => void): boolean;
  /** What had to wait for this can be tried again. */
  unblock(reason: WaitReason): void;
  /** What has been handled since the last time is on disk when `durable` resolves. */
  settle(durable: Promise<unknown>): void;
  /** Rejects everything under way. */
  fail(error: unknown): void;
  /**
   * An epoch ends: rejects what layers sent in it and nothing has consumed. A message lives in one epoch; deposits stay.
   */
  endEpoch(error: unknown): void;
  /** Rejects everything under way, and goes back to what the store says was handled. */
  restart(error: unknown): void;
  /** The last position of a source that a block has handled. */
  cursor(source: string): number | undefined;
  /** A message that the log says was handled. */
  noteHandled(incoming: IncomingMessage): void;
};

type Letter = {
  readonly incoming: IncomingMessage;
  readonly order: number;
  readonly arrivedAt: number;
  resolve(): void;
  reject(error: unknown): void;
};

export const createInbox = (options: {
  readonly maxInbox: number;
  readonly layerId: bigint;
  now(): number;
  storedCursor(source: string): number | undefined;
}): Inbox => {
  const queues = new Map<string, Letter[]>();
  const blocked = new Map<string, WaitReason>();
  let handled: Letter[] = [];
  let arrivals = 0;
  let size = 0;
  const taken = new Map<string, number>();
  const cursors = new Map<string, number>();
  const cursor = (source: string): number | undefined => cursors.get(source) ?? options.storedCursor(source);

  const oldest = (): Letter | undefined => {
    let found: Letter | undefined;
    for (const [source, [first]] of queues)
      if (first !== undefined && !blocked.has(source) && (found === undefined || first.order < found.order))
        found = first;
    return found;
  };
  const remove = ({ incoming: { source } }: Letter): void => {
    const queue = queues.get(source)!;
    queue.shift();
    size--;
    if (queue.length === 0) queues.delete(source);
  };
  const fail = (error: unknown): void => {
    for (const { reject } of [...[...queues.values()].flat(), ...handled]) reject(error);
    queues.clear();
    blocked.clear();
    handled = [];
    size = 0;
  };

  return {
    get size() {
      return size;
    },
    get waitingSince() {
      return oldest()?.arrivedAt;
    },
    async put(messages) {
      const wrong = messages.find(
        // Links come with the legs of their bundles.
        ({ message }) => message.to !== options.layerId || isLink(message.kind),
      );
      if (wrong !== undefined) throw messageOutOfPlace(wrong.source, wrong.position);
      const last = (source: string): number => taken.get(source) ?? cursor(source) ?? -1;
      const fresh = messages.filter(({ source, position }) => position > last(source));
      if (size + fresh.length > options.maxInbox) throw inboxFull(size);
      const arrivedAt = options.now();
      const handling: Promise<void>[] = [];
      for (const incoming of fresh) {
        const { source, position } = incoming;
        if (position <= last(source)) continue;
        taken.set(source, position);
        const queue = queues.get(source) ?? [];
        queues.set(source, queue);
        size++;
        handling.push(
          new Promise(
            (resolve, reject) => void queue.push({ incoming, order: arrivals++, arrivedAt, resolve, reject }),
          ),
        );
      }
      await Promise.all(handling);
    },
    handleOldest(handle, onRefused) {
      const letter = oldest();
      if (letter === undefined) return false;
      const { source, position } = letter.incoming;
      try {
        handle(letter.incoming);
        remove(letter);
        cursors.set(source, position);
        handled.push(letter);
      } catch (error) {
        if (error instanceof MustWait) blocked.set(source, error.reason);
        else {
          remove(letter);
          onRefused(error);
          letter.reject(error);
        }
      }
      return true;
    },
    unblock(reason) {
      for (const [source, why] of blocked) if (why === reason) blocked.delete(source);
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
    endEpoch(error) {
      for (const [source, queue] of [...queues]) {
        if (queue[0]?.incoming.message.from === L1_LAYER_ID) continue;
        queues.delete(source);
        blocked.delete(source);
        taken.delete(source);
        size -= queue.length;
        for (const { reject } of queue) reject(error);
      }
    },
    fail,
    restart(error) {
      fail(error);
      taken.clear();
      cursors.clear();
    },
    cursor,
    noteHandled: ({ source, position }) => void cursors.set(source, position),
  };
};
