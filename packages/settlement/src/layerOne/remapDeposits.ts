import { type EpochSubmission, getDeposits, type QueuedDeposit, readSettled, settlementAbi } from "@frond/contracts";
import {
  type DepositReference,
  PRODUCED_BY_L1,
  packDepositReference,
  unpackDepositReference,
  WORDS_PER_ITEM,
} from "@frond/protocol";
import type { Address, PublicClient } from "viem";
import { DepositGoneError } from "../errors.ts";
import { depositHash, wordsOf } from "./depositHash.ts";
import { firstBlockSince } from "./firstBlockSince.ts";

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
  const items = depositItems(submission.words);
  const before = submission.deposits.map(unpackDepositReference);
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
  return { ...submission, deposits: mapped };
}

type Wanted = { readonly items: readonly (readonly bigint[])[]; readonly before: readonly DepositReference[] };

/**
 * Deposits that wait on L1 and that the next epoch can use, by their items, of those that are wanted. They are read
 * from L1's events: the contract keeps their hashes only, which an expiry that is not known goes into.
 */
async function openDeposits(contract: Contract, { items, before }: Wanted): Promise<Map<string, DepositReference[]>> {
  const { publicClient, settlement } = contract;
  const on = { address: settlement, abi: settlementAbi } as const;
  const waitingTime = Number(await publicClient.readContract({ ...on, functionName: "DEPOSIT_MILLISECONDS" }));
  const made = Math.min(...before.map(({ expiry }) => expiry)) - waitingTime;
  const fromBlock = await firstBlockSince(contract, made - EARLIER_MILLISECONDS);
  const { events } = await getDeposits({ publicClient, settlement, fromBlock });
  const { settledUntil } = await readSettled(contract);
  const wanted = new Set(items.map(keyOf));
  const found = events.filter((event) => event.expiry > settledUntil && wanted.has(keyOf(wordsOfEvent(event))));
  const open = new Map<string, DepositReference[]>();
  for (let at = 0; at < found.length; at += AT_ONCE) {
    const some = found.slice(at, at + AT_ONCE);
    const kept = await Promise.all(
      some.map(({ id }) => publicClient.readContract({ ...on, functionName: "deposits", args: [id] })),
    );
    for (const [i, event] of some.entries()) {
      const words = wordsOfEvent(event);
      const reference = { id: Number(event.id), expiry: Number(event.expiry) };
      if (kept[i] !== depositHash(words, reference.expiry)) continue;
      open.set(keyOf(words), [...(open.get(keyOf(words)) ?? []), reference]);
    }
  }
  return open;
}

function wordsOfEvent(event: QueuedDeposit): bigint[] {
  return wordsOf({ ...event, asset: Number(event.asset) });
}

function keyOf(words: readonly bigint[]): string {
  return words.join();
}

/** The items of a settlement list that L1 produced, in order: four words each. */
function depositItems(words: readonly bigint[]): bigint[][] {
  const items: bigint[][] = [];
  for (let at = 0; at < words.length; at += WORDS_PER_ITEM) items.push(words.slice(at, at + WORDS_PER_ITEM));
  return items.filter(([header]) => Number(header! & 1n) === PRODUCED_BY_L1);
}
