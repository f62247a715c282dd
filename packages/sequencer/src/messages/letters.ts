import { L1_LAYER_ID } from "@frond/protocol";
import type { IncomingMessage } from "@frond/store";
import type { WaitReason } from "../order/mustWait.ts";

/** A message that somebody waits to be handled. */
export type Letter = {
  readonly incoming: IncomingMessage;
  readonly arrivedAt: number;
  resolve(): void;
  reject(error: unknown): void;
};

/** Letters of several sources, oldest first. One that must wait holds up those of its source only. */
export type Letters = {
  readonly size: number;
  /** The oldest whose source does not wait, as far as is known. */
  oldest(): Letter | undefined;
  add(letter: Letter): void;
  /** Removes the first of its source. */
  remove(letter: Letter): void;
  block(source: string, reason: WaitReason): void;
  unblock(reason: WaitReason): void;
  /** Takes those that layers have sent, not L1. */
  takeFromLayers(): Letter[];
  takeAll(): Letter[];
};

type Queued = { readonly letter: Letter; readonly order: number };

export function createLetters(): Letters {
  const queues = new Map<string, Queued[]>();
  const blocked = new Map<string, WaitReason>();
  let arrivals = 0;
  let size = 0;

  /** Takes all letters of the sources whose first letter is one of these. */
  const take = (isOne: (first: Queued) => boolean): Letter[] => {
    const sources = [...queues].filter(([, [first]]) => first !== undefined && isOne(first));
    for (const [source, queue] of sources) {
      queues.delete(source);
      blocked.delete(source);
      size -= queue.length;
    }
    return sources.flatMap(([, queue]) => queue.map(({ letter }) => letter));
  };

  return {
    get size() {
      return size;
    },
    oldest() {
      let found: Queued | undefined;
      for (const [source, [first]] of queues)
        if (first !== undefined && !blocked.has(source) && first.order < (found?.order ?? Number.POSITIVE_INFINITY))
          found = first;
      return found?.letter;
    },
    add(letter) {
      const { source } = letter.incoming;
      const queue = queues.get(source) ?? [];
      queues.set(source, queue);
      queue.push({ letter, order: arrivals++ });
      size++;
    },
    remove({ incoming: { source } }) {
      const queue = queues.get(source)!;
      queue.shift();
      size--;
      if (queue.length === 0) queues.delete(source);
    },
    block: (source, reason) => void blocked.set(source, reason),
    unblock(reason) {
      for (const [source, why] of blocked) if (why === reason) blocked.delete(source);
    },
    takeFromLayers: () => take(({ letter }) => letter.incoming.message.from !== L1_LAYER_ID),
    takeAll: () => take(() => true),
  };
}
