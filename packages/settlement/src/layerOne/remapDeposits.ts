import { type EpochSubmission, getDeposits, getForced, readSettled, settlementAbi } from "@frond/contracts";
import { type DepositReference, encodeItems, packDepositReference, unpackDepositReference } from "@frond/protocol";
import type { Address, PublicClient } from "viem";
import { DepositGoneError } from "../errors.ts";
import { depositHash, wordsOf } from "./depositHash.ts";
import { firstBlockSince } from "./firstBlockSince.ts";
import { toDeposit, toForced } from "./queued.ts";
import { usedItems } from "./usedItems.ts";

type Contract = {
  readonly publicClient: PublicClient;
  readonly settlement: Address;
  /** The block of the contract's creation. */
  readonly deploymentBlock: bigint;
};

/** A reorganisation may have brought a deposit forward: it is looked for from so long before it was made first. */
const EARLIER_MILLISECONDS = 3_600_000;
/** Numbers that are asked for at once. */
const AT_ONCE = 32;

/**
 * The same epoch with the numbers and expiries that its deposits have on L1 now. They are no part of what is proven:
 * the contract compares each item with the deposit that it is told.
 * @throws DepositGoneError if L1 has no such deposit any more
 */
export async function remapDeposits(
  contract: Contract,
  epoch: number,
  submission: EpochSubmission,
): Promise<EpochSubmission> {
  const items = usedItems(submission.words).map((item) => encodeItems([item]));
  const before = submission.used.map(unpackDepositReference);
  const open = await openDeposits(contract, { items, before });
  const mapped = items.map((item, i) => {
    const { id } = before[i]!;
    const found = open.get(keyOf(item)) ?? [];
    // Its own number, if it still has it.
    const own = found.findIndex((candidate) => candidate.id === id);
    const [reference] = found.splice(Math.max(0, own), 1);
    if (reference === undefined)
      throw new DepositGoneError({ epoch, deposit: id, layer: item[1]!, recipient: item[2]! });
    return packDepositReference(reference);
  });
  return { ...submission, used: mapped };
}

type Wanted = { readonly items: readonly (readonly bigint[])[]; readonly before: readonly DepositReference[] };

/**
 * Deposits that wait on L1 and that the next epoch can use, by their items, of those that are wanted. They are read
 * from L1's events: the contract keeps their hashes only, which an expiry that is not known goes into.
 */
async function openDeposits(contract: Contract, { items, before }: Wanted): Promise<Map<string, DepositReference[]>> {
  const { publicClient, settlement } = contract;
  const fromBlock = await firstBlockSince(contract, (await madeSince(contract, before)) - EARLIER_MILLISECONDS);
  const query = { publicClient, settlement, fromBlock };
  const [deposits, forced] = await Promise.all([getDeposits(query), getForced(query)]);
  const { settledUntil } = await readSettled(contract);
  const queued: Queued[] = [
    ...deposits.events
      .filter(({ expiry }) => expiry > settledUntil)
      .map((event) => ({
        ...numbersOf(event.id, event.expiry),
        queue: "deposits" as const,
        words: wordsOf(toDeposit(event)),
      })),
    ...forced.events.map((event) => ({
      ...numbersOf(event.id, event.deadline),
      queue: "forced" as const,
      words: wordsOf(toForced(event)),
    })),
  ];
  const wanted = new Set(items.map(keyOf));
  const found = queued.filter(({ words }) => wanted.has(keyOf(words)));
  const on = { address: settlement, abi: settlementAbi } as const;
  const open = new Map<string, DepositReference[]>();
  for (let at = 0; at < found.length; at += AT_ONCE) {
    const some = found.slice(at, at + AT_ONCE);
    const kept = await Promise.all(
      some.map(({ id, queue }) => publicClient.readContract({ ...on, functionName: queue, args: [BigInt(id)] })),
    );
    for (const [i, { id, expiry, words }] of some.entries()) {
      if (kept[i] !== depositHash(words, expiry)) continue;
      open.set(keyOf(words), [...(open.get(keyOf(words)) ?? []), { id, expiry }]);
    }
  }
  return open;
}

/** A deposit or a forced transaction in L1's events: its number there, its time, and its words in the list. */
type Queued = DepositReference & { readonly queue: "deposits" | "forced"; readonly words: readonly bigint[] };

function numbersOf(id: bigint, expiry: bigint): DepositReference {
  return { id: Number(id), expiry: Number(expiry) };
}

/** When the first of them was made, at the earliest: each waits as long as the contract lets its kind wait at most. */
async function madeSince({ publicClient, settlement }: Contract, before: readonly DepositReference[]): Promise<number> {
  const on = { address: settlement, abi: settlementAbi } as const;
  const [depositMilliseconds, forcedSeconds] = await Promise.all([
    publicClient.readContract({ ...on, functionName: "DEPOSIT_MILLISECONDS" }),
    publicClient.readContract({ ...on, functionName: "forcedSeconds" }),
  ]);
  const longest = Math.max(Number(depositMilliseconds), Number(forcedSeconds) * 1_000);
  return Math.min(...before.map(({ expiry }) => expiry)) - longest;
}

function keyOf(words: readonly bigint[]): string {
  return words.join();
}
