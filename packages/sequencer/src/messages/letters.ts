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
  takeAll(): Letter[];
};

export const createLetters = (): Letters => {
  const queues = new Map<string, { readonly letter: Letter; readonly order: number }[]>();
  const blocked = new Map<string, WaitReason>();
  let arrivals = 0;
  let size = 0;
  return {
    get size() {
      return size;
    },
    oldest() {
      let found: { readonly letter: Letter; readonly order: number } | undefined;
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
    takeAll() {
      const all = [...queues.values()].flat().map(({ letter }) => letter);
      queues.clear();
      blocked.clear();
      size = 0;
      return all;
    },
  };
};
