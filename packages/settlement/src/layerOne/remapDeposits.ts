import { type EpochSubmission, settlementAbi } from "@frond/contracts";
import { PRODUCED_BY_L1, WORDS_PER_ITEM } from "@frond/protocol";
import { type Address, concat, type Hex, keccak256, numberToHex, type PublicClient } from "viem";
import { DepositGoneError } from "../errors.ts";

type Contract = { readonly publicClient: PublicClient; readonly settlement: Address };

/** How far from its old number a deposit is looked for: all that was queued since the reorganised blocks is nearer. */
const FARTHEST = 2_048n;
/** Numbers that are asked for at once. */
const AT_ONCE = 32;

/**
 * The same epoch with the numbers that its deposits have on L1 now. Numbers are no part of what is proven: the contract
 * compares each item with the deposit of the number that it is given.
 * @throws DepositGoneError if L1 has no such deposit any more
 */
export async function remapDeposits(
  contract: Contract,
  epoch: number,
  submission: EpochSubmission,
): Promise<EpochSubmission> {
  const { words, depositIds } = submission;
  const items = depositItems(words);
  const free = await openDeposits(contract, depositIds);
  const mapped = items.map((item, i) => {
    const before = depositIds[i]!;
    const found = free.get(hashOf(item)) ?? [];
    // Its own number, if it still has it.
    const at = Math.max(0, found.indexOf(before));
    const [id] = found.splice(at, 1);
    if (id === undefined)
      throw new DepositGoneError({ epoch, deposit: Number(before), layer: item[1]!, recipient: item[2]! });
    return id;
  });
  return { ...submission, depositIds: mapped };
}

/** The numbers of deposits that wait on L1, by the hash of their items. */
async function openDeposits(
  { publicClient, settlement }: Contract,
  near: readonly bigint[],
): Promise<Map<Hex, bigint[]>> {
  const contract = { address: settlement, abi: settlementAbi } as const;
  const count = await publicClient.readContract({ ...contract, functionName: "depositCount" });
  const sorted = near.map(Number).sort((a, b) => a - b);
  const lowest = BigInt(sorted[0]!) - FARTHEST;
  const highest = BigInt(sorted.at(-1)!) + FARTHEST;
  const open = new Map<Hex, bigint[]>();
  const end = highest < count ? highest : count;
  for (let id = lowest > 0n ? lowest : 0n; id < end; id += BigInt(AT_ONCE)) {
    const ids = Array.from({ length: AT_ONCE }, (_, i) => id + BigInt(i)).filter((other) => other < end);
    const hashes = await Promise.all(
      ids.map((other) => publicClient.readContract({ ...contract, functionName: "deposits", args: [other] })),
    );
    for (const [i, hash] of hashes.entries()) open.set(hash, [...(open.get(hash) ?? []), ids[i]!]);
  }
  return open;
}

/** The items of a settlement list that L1 produced, in order: four words each. */
function depositItems(words: readonly bigint[]): bigint[][] {
  const items: bigint[][] = [];
  for (let at = 0; at < words.length; at += WORDS_PER_ITEM) items.push(words.slice(at, at + WORDS_PER_ITEM));
  return items.filter(([header]) => Number(header! & 1n) === PRODUCED_BY_L1);
}

/** What the contract keeps of a deposit. */
export function hashOf(item: readonly bigint[]): Hex {
  return keccak256(concat(item.map((word) => numberToHex(word, { size: 32 }))));
}
