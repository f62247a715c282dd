import type { DepositCursor } from "@frond/contracts";
import type { Hash } from "viem";
import type { DepositPage } from "../types.ts";

/** L1's last block, of which something is read. */
export type Head = { readonly number: bigint; readonly hash: Hash };

/** Reads the last block. */
export type ReadHead = () => Promise<Head>;

/** Reads something again only when what was read is so many milliseconds old, for all who look at it now and then. */
export function recent<T>(read: () => Promise<T>, milliseconds: number): () => Promise<T> {
  let last: { readonly at: number; readonly value: Promise<T> } | undefined;
  return () => {
    const now = performance.now();
    if (last !== undefined && now - last.at < milliseconds) return last.value;
    const value = read();
    last = { at: now, value };
    value.catch(() => {
      if (last?.value === value) last = undefined;
    });
    return value;
  };
}

/**
 * Reads what depends on L1's last block alone, and again only once there is another one. To look costs one request, on
 * which providers have limits.
 */
export function onceAHead<T>(readHead: ReadHead, read: (head: Head) => Promise<T>): () => Promise<T> {
  let last: { readonly hash: Hash; readonly value: T } | undefined;
  return async () => {
    const { number, hash } = await readHead();
    if (last?.hash === hash) return last.value;
    const value = await read({ number, hash });
    last = { hash, value };
    return value;
  };
}

type ReadPage = (cursor: DepositCursor | undefined) => Promise<DepositPage>;

/** Reads pages of a queue; nothing is looked for behind the last one until L1 has another block. */
export function pagesOnceAHead(readHead: ReadHead, read: ReadPage): ReadPage {
  let end: { readonly hash: Hash; readonly next: number } | undefined;
  return async (cursor) => {
    const { hash } = await readHead();
    if (cursor !== undefined && end?.hash === hash && end.next === cursor.next)
      return { deposits: [], cursor, isLast: true, undoneFrom: undefined };
    const page = await read(cursor);
    end = page.isLast ? { hash, next: page.cursor.next } : undefined;
    return page;
  };
}
