import { type EpochSubmission, settlementAbi } from "@frond/contracts";
import { MessageKind, unpackDepositReference } from "@frond/protocol";
import { type Address, hexToBigInt, type PublicClient } from "viem";
import { forcedId, idOnLayerOne, isForcedId } from "../tree/itemIds.ts";
import type { DepositItem } from "../types.ts";
import { depositHash, wordsOf } from "./depositHash.ts";
import { usedItems } from "./usedItems.ts";

const AT_ONCE = 32;

/**
 * Those of some deposits that the contract did not have under their numbers at a block: their number was not given yet,
 * or is another deposit's, or the same deposit's with another expiry. Of a number whose deposit was used or taken back
 * nothing is known; it is not lost.
 */
export async function lostDeposits(
  contract: Contract,
  deposits: readonly DepositItem[],
  block: number,
): Promise<DepositItem[]> {
  const forced = deposits.filter(({ id }) => isForcedId(id));
  const others = deposits.filter(({ id }) => !isForcedId(id));
  const queues = [
    { queue: others, functionName: "deposits", counter: "depositCount" },
    { queue: forced, functionName: "forced", counter: "forcedCount" },
  ] as const;
  const lost = await Promise.all(queues.map((of) => lostOfQueue(contract, of, block)));
  return lost.flat();
}

type Contract = { readonly publicClient: PublicClient; readonly settlement: Address };

/** What the contract keeps of deposits, and of forced transactions, and how it counts them. */
type Queue = {
  readonly queue: readonly DepositItem[];
  readonly functionName: "deposits" | "forced";
  readonly counter: "depositCount" | "forcedCount";
};

async function lostOfQueue(
  { publicClient, settlement }: Contract,
  { queue, functionName, counter }: Queue,
  block: number,
): Promise<DepositItem[]> {
  if (queue.length === 0) return [];
  const contract = { address: settlement, abi: settlementAbi, blockNumber: BigInt(block) } as const;
  const count = await publicClient.readContract({ ...contract, functionName: counter });
  const numberOf = ({ id }: DepositItem) => BigInt(idOnLayerOne(id));
  const lost = queue.filter((item) => numberOf(item) >= count);
  const others = queue.filter((item) => numberOf(item) < count);
  for (let at = 0; at < others.length; at += AT_ONCE) {
    const some = others.slice(at, at + AT_ONCE);
    const kept = await Promise.all(
      some.map((item) => publicClient.readContract({ ...contract, functionName, args: [numberOf(item)] })),
    );
    for (const [i, deposit] of some.entries()) {
      const hash = depositHash(wordsOf(deposit), deposit.expiry);
      if (hexToBigInt(kept[i]!) !== 0n && kept[i] !== hash) lost.push(deposit);
    }
  }
  return lost;
}

/** The deposits and forced transactions that an epoch used. */
export function depositsOf({ words, used }: EpochSubmission): DepositItem[] {
  return usedItems(words).map(({ kind, layer, asset, amount, recipient, payload }, i) => {
    const { id, expiry } = unpackDepositReference(used[i]!);
    const number = kind === MessageKind.forced ? forcedId(id) : id;
    return { id: number, expiry, layer, asset, amount, recipient, payload };
  });
}
