import type { Address, PublicClient } from "viem";
import { settlementAbi } from "../abi.generated.ts";
import type { QueuedDeposit } from "../events.ts";

/** How many deposits there were at a block; undefined where the node does not say, as it keeps less of the past. */
export async function countAt(
  { publicClient, settlement }: { readonly publicClient: PublicClient; readonly settlement: Address },
  blockNumber: bigint,
): Promise<number | undefined> {
  const contract = { address: settlement, abi: settlementAbi, blockNumber } as const;
  return await publicClient.readContract({ ...contract, functionName: "depositCount" }).then(Number, () => undefined);
}

/**
 * How many deposits there were after those that were read, which have to be numbered without a gap: a node that is
 * behind, or whose index has a hole, answers with fewer, and with no error.
 */
export function countAfter(
  deposits: readonly QueuedDeposit[],
  { expected, made }: { readonly expected: number | undefined; readonly made: number | undefined },
): number | undefined | { readonly missing: number } {
  let count = expected;
  for (const { id } of deposits) {
    if (count !== undefined && Number(id) > count) return { missing: count };
    count = Number(id) + 1;
  }
  return count !== undefined && made !== undefined && made > count ? { missing: count } : (count ?? made);
}
