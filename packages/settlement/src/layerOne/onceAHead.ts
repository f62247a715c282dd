import type { DepositCursor } from "@frond/contracts";
import type { Hash, PublicClient } from "viem";
import type { DepositPage } from "../types.ts";

/** L1's last block, of which something is read. */
export type Head = { readonly number: bigint; readonly hash: Hash };

/**
 * Reads what depends on L1's last block alone, and again only once there is another one. To look costs one request, on
 * which providers have limits.
 */
export function onceAHead<T>(publicClient: PublicClient, read: (head: Head) => Promise<T>): () => Promise<T> {
  let last: { readonly hash: Hash; readonly value: T } | undefined;
  return async () => {
    const { number, hash } = await publicClient.getBlock();
    if (last?.hash === hash) return last.value;
    const value = await read({ number, hash });
    last = { hash, value };
    return value;
  };
}

type ReadPage = (cursor: DepositCursor | undefined) => Promise<DepositPage>;

/** Reads pages of a queue; nothing is looked for behind the last one until L1 has another block. */
export function pagesOnceAHead(publicClient: PublicClient, read: ReadPage): ReadPage {
  let end: { readonly hash: Hash; readonly next: number } | undefined;
  return async (cursor) => {
    const { hash } = await publicClient.getBlock();
    if (cursor !== undefined && end?.hash === hash && end.next === cursor.next)
      return { deposits: [], cursor, isLast: true, undoneFrom: undefined };
    const page = await read(cursor);
    end = page.isLast ? { hash, next: page.cursor.next } : undefined;
    return page;
  };
}
