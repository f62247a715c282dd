import type { Hash, PublicClient } from "viem";
import { readRange, startSize } from "./readRange.ts";

/** A block that was read, by which a reorganisation is noticed. */
type Mark = {
  readonly block: number;
  readonly hash: Hash;
  /** How many events there were up to it. Missing in data of an earlier version. */
  readonly count?: number;
};

/** Until where events were read. Whoever keeps it together with the events reads none twice, and misses none. */
export type PageCursor = {
  /** The first block that was not read. */
  readonly next: number;
  /** The newest first; the older, the fewer. */
  readonly marks: readonly Mark[];
};

export type EventsPage<T> = {
  readonly events: readonly T[];
  readonly cursor: PageCursor;
  /** Nothing is left to read now. */
  readonly isLast: boolean;
  /** A reorganisation has undone blocks that were read: from this one on they are read again. */
  readonly undoneFrom: number | undefined;
};

export type PageReaderOptions<T> = {
  readonly publicClient: PublicClient;
  /** The block of the contract's creation: where reading starts. */
  readonly deploymentBlock: bigint;
  /** The number of the last block that is believed. */
  readonly safeBlock: () => Promise<bigint>;
  /** The events in a range of blocks, in order. */
  readonly read: (range: { readonly fromBlock: bigint; readonly toBlock: bigint }) => Promise<T[]>;
  /** Events are numbered without a gap, from 0 on. */
  readonly numberOf: (event: T) => number;
  /** How many there were at a block; undefined where the node does not say, as it keeps less of the past. */
  readonly countAt: (block: bigint) => Promise<number | undefined>;
  readonly missing: (range: { readonly number: number; readonly from: number; readonly to: number }) => Error;
};

export type PageReader<T> = {
  /** The next page after the cursor; undefined begins at the contract's creation. */
  page(cursor: PageCursor | undefined): Promise<EventsPage<T>>;
};

/**
 * Reads numbered events page by page. A gap in their numbers, or fewer than the contract counts, is an answer of a node
 * that is behind or whose index has a hole: it is refused, and the next page begins before it.
 */
export function createPageReader<T>(options: PageReaderOptions<T>): PageReader<T> {
  const { publicClient, deploymentBlock, numberOf } = options;
  const size = startSize();
  const start = Number(deploymentBlock);
  /** The number of an event that was missing, whose block was passed. */
  let missed: number | undefined;
  return {
    async page(cursor = { next: start, marks: [] }) {
      const known = await lastKnown(publicClient, cursor.marks);
      if (known === "not-there-yet") return { events: [], cursor, isLast: true, undoneFrom: undefined };
      const isUndone = known.length < cursor.marks.length;
      const undoneFrom = isUndone ? (known[0]?.block ?? start - 1) + 1 : undefined;
      const before = missed === undefined ? known : known.filter(({ count }) => count !== undefined && count < missed!);
      const first = isUndone || missed !== undefined ? (before[0]?.block ?? start - 1) + 1 : cursor.next;
      const safe = await options.safeBlock();
      if (BigInt(first) > safe) return { events: [], cursor: { next: first, marks: before }, isLast: true, undoneFrom };
      const from = BigInt(first);
      const { result: events, blocks } = await readRange(size, safe - from + 1n, (count) =>
        options.read({ fromBlock: from, toBlock: from + count - 1n }),
      );
      const next = from + blocks;
      const isLast = next > safe;
      const expected = before.length === 0 ? (first === start ? 0 : undefined) : before[0]!.count;
      const made = isLast ? await options.countAt(next - 1n) : undefined;
      const count = countAfter(events.map(numberOf), { expected, made });
      if (typeof count === "object") {
        missed = count.missing;
        throw options.missing({ number: count.missing, from: first, to: Number(next) - 1 });
      }
      const { hash } = await publicClient.getBlock({ blockNumber: next - 1n });
      missed = undefined;
      const mark = { block: Number(next) - 1, hash, ...(count === undefined ? {} : { count }) };
      return { events, cursor: { next: Number(next), marks: thinned([mark, ...before]) }, isLast, undoneFrom };
    },
  };
}

/** How many events there were after those that were read; or the number of one that is missing. */
function countAfter(
  numbers: readonly number[],
  { expected, made }: { readonly expected: number | undefined; readonly made: number | undefined },
): number | undefined | { readonly missing: number } {
  let count = expected;
  for (const number of numbers) {
    if (count !== undefined && number > count) return { missing: count };
    count = number + 1;
  }
  return count !== undefined && made !== undefined && made > count ? { missing: count } : (count ?? made);
}

/** The marks that L1 still has. A node that is behind does not have the newest block yet: that says nothing. */
async function lastKnown(
  publicClient: PublicClient,
  marks: readonly Mark[],
): Promise<readonly Mark[] | "not-there-yet"> {
  for (let i = 0; i < marks.length; i++) {
    const { block, hash } = marks[i]!;
    if (i === 0 && (await publicClient.getBlockNumber({ cacheTime: 0 })) < BigInt(block)) return "not-there-yet";
    const there = await publicClient.getBlock({ blockNumber: BigInt(block) });
    if (there.hash === hash) return marks.slice(i);
  }
  return [];
}

/** The newest sixteen, and of those before one in each power of two of their distance. */
function thinned(marks: readonly Mark[]): Mark[] {
  const newest = marks[0]!.block;
  const kept = new Map<number, Mark>();
  for (const [i, mark] of marks.entries()) {
    const place = i < 16 ? -1 - i : Math.floor(Math.log2(newest - mark.block + 1));
    // Of one power the oldest stays, so that it grows old enough for the next.
    kept.set(place, mark);
  }
  return [...kept.values()].sort((a, b) => b.block - a.block);
}
