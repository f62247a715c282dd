import type { PublicClient } from "viem";

/**
 * The first block since a contract's deployment that is not older than a time, in milliseconds since 1970; the last one
 * if all are.
 */
export async function firstBlockSince(
  { publicClient, deploymentBlock }: { readonly publicClient: PublicClient; readonly deploymentBlock: bigint },
  time: number,
): Promise<bigint> {
  let first = deploymentBlock;
  let last = await publicClient.getBlockNumber({ cacheTime: 0 });
  while (first < last) {
    const middle = (first + last) / 2n;
    const { timestamp } = await publicClient.getBlock({ blockNumber: middle });
    if (Number(timestamp) * 1_000 < time) first = middle + 1n;
    else last = middle;
  }
  return first;
}
