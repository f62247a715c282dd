import type { Field } from "@frond/foundation";
import type { Address, Hash, PublicClient } from "viem";
import { DepositsMissingError } from "../errors.ts";
import { depositsIn, type QueuedDeposit } from "../events.ts";
import { countAfter, countAt } from "./countDeposits.ts";
import { readRange, startSize } from "./readRange.ts";

/** A block that was read, by which a reorganisation is noticed. */
type Mark = {
  readonly block: number;
  readonly hash: Hash;
  /** How many deposits were made up to it. Missing in data of an earlier version. */
  readonly count?: number;
};

/** Until where deposits were read. Whoever keeps it together with the deposits reads none twice, and misses none. */
export type DepositCursor = {
  /** The first block that was not read. */
  readonly next: number;
  /** The newest first; the older, the fewer. */
  readonly marks: readonly Mark[];
};

type DepositPage = {
  readonly deposits: readonly QueuedDeposit[];
  readonly cursor: DepositCursor;
  /** Nothing is left to read now. */
  readonly isLast: boolean;
  /** A reorganisation has undone blocks that were read: from this one on they are read again. */
  readonly undoneFrom: number | undefined;
};

export type DepositReaderOptions = {
  readonly publicClient: PublicClient;
  readonly settlement: Address;
  /** The block of the contract's creation: where reading starts. */
  readonly deploymentBlock: bigint;
  /** The number of the last block that is believed. */
  readonly safeBlock: () => Promise<bigint>;
};

export type DepositReader = {
  /** The next page after the cursor; undefined begins at the contract's creation. */
  page(cursor: DepositCursor | undefined): Promise<DepositPage>;
  /** Deposits for some layers in blocks from `from` up to `last`: as many blocks as the provider answers for. */
  pageOfLayers(
    layers: readonly Field[],
    range: { from: number; last: number },
  ): Promise<{ deposits: QueuedDeposit[]; next: number }>;
};

export function createDepositReader(options: DepositReaderOptions): DepositReader {
  const { publicClient, deploymentBlock } = options;
  const size = startSize();
  const start = Number(deploymentBlock);
  /** The number of a deposit that was missing, whose block was passed. */
  let missed: number | undefined;
  const read = async (from: bigint, last: bigint, layers?: readonly Field[]) => {
    const { result, blocks } = await readRange(size, last - from + 1n, (count) =>
      depositsIn(options, { fromBlock: from, toBlock: from + count - 1n, ...(layers === undefined ? {} : { layers }) }),
    );
    return { deposits: result, next: from + blocks };
  };
  return {
    async page(cursor = { next: start, marks: [] }) {
      const known = await lastKnown(publicClient, cursor.marks);
      if (known === "not-there-yet") return { deposits: [], cursor, isLast: true, undoneFrom: undefined };
      const isUndone = known.length < cursor.marks.length;
      const undoneFrom = isUndone ? (known[0]?.block ?? start - 1) + 1 : undefined;
      const before = missed === undefined ? known : known.filter(({ count }) => count !== undefined && count < missed!);
      const first = isUndone || missed !== undefined ? (before[0]?.block ?? start - 1) + 1 : cursor.next;
      const safe = await options.safeBlock();
      if (BigInt(first) > safe)
        return { deposits: [], cursor: { next: first, marks: before }, isLast: true, undoneFrom };
      const { deposits, next } = await read(BigInt(first), safe);
      const isLast = next > safe;
      const expected = before.length === 0 ? firstCount(first, start) : before[0]!.count;
      const made = isLast ? await countAt(options, next - 1n) : undefined;
      const count = countAfter(deposits, { expected, made });
      if (typeof count === "object") {
        missed = count.missing;
        throw new DepositsMissingError({ deposit: count.missing, from: first, to: Number(next) - 1 });
      }
      const { hash } = await publicClient.getBlock({ blockNumber: next - 1n });
      missed = undefined;
      const mark = { block: Number(next) - 1, hash, ...(count === undefined ? {} : { count }) };
      return { deposits, cursor: { next: Number(next), marks: thinned([mark, ...before]) }, isLast, undoneFrom };
    },
    async pageOfLayers(layers, { from, last }) {
      const { deposits, next } = await read(BigInt(from), BigInt(last), layers);
      return { deposits, next: Number(next) };
    },
  };
}

/** Before the first block that is read there was no deposit. */
function firstCount(first: number, start: number): number | undefined {
  return first === start ? 0 : undefined;
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
