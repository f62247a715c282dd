import type { PublicClient } from "viem";

/** Blocks after which one counts as final on a chain that does not say so itself. */
const FINAL_AFTER = 256n;

/** The number of the last block that L1 can't undo. */
export async function finalBlockOf(publicClient: PublicClient): Promise<bigint> {
  try {
    return (await publicClient.getBlock({ blockTag: "finalized" })).number;
  } catch {
    return (await publicClient.getBlockNumber({ cacheTime: 0 })) - FINAL_AFTER;
  }
}
