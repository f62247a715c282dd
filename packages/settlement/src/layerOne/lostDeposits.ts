import { type EpochSubmission, settlementAbi } from "@frond/contracts";
import { decodeItems, PRODUCED_BY_L1, unpackDepositReference } from "@frond/protocol";
import { type Address, hexToBigInt, type PublicClient } from "viem";
import type { DepositItem } from "../types.ts";
import { depositHash, wordsOf } from "./depositHash.ts";

const AT_ONCE = 32;

/**
 * Those of some deposits that the contract did not have under their numbers at a block: their number was not given yet,
 * or is another deposit's, or the same deposit's with another expiry. Of a number whose deposit was used or taken back
 * nothing is known; it is not lost.
 */
export async function lostDeposits(
  { publicClient, settlement }: { readonly publicClient: PublicClient; readonly settlement: Address },
  deposits: readonly DepositItem[],
  block: number,
): Promise<DepositItem[]> {
  const contract = { address: settlement, abi: settlementAbi, blockNumber: BigInt(block) } as const;
  const count = await publicClient.readContract({ ...contract, functionName: "depositCount" });
  const lost = deposits.filter(({ id }) => BigInt(id) >= count);
  const others = deposits.filter(({ id }) => BigInt(id) < count);
  for (let at = 0; at < others.length; at += AT_ONCE) {
    const some = others.slice(at, at + AT_ONCE);
    const kept = await Promise.all(
      some.map(({ id }) => publicClient.readContract({ ...contract, functionName: "deposits", args: [BigInt(id)] })),
    );
    for (const [i, deposit] of some.entries()) {
      const hash = depositHash(wordsOf(deposit), deposit.expiry);
      if (hexToBigInt(kept[i]!) !== 0n && kept[i] !== hash) lost.push(deposit);
    }
  }
  return lost;
}

/** The deposits that an epoch used. */
export function depositsOf({ words, deposits }: EpochSubmission): DepositItem[] {
  return decodeItems(words)
    .filter(({ direction }) => direction === PRODUCED_BY_L1)
    .map(({ layer, asset, amount, recipient, payload }, i) => {
      return { ...unpackDepositReference(deposits[i]!), layer, asset, amount, recipient, payload };
    });
}
