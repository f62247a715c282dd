import type { Address, PublicClient } from "viem";
import { InputError } from "../errors.ts";

/**
 * The block in which a contract was created, by halving. Needs an L1 that knows which code there was in the past.
 * @throws InputError if there is no contract, or if L1 does not say
 */
export async function findDeploymentBlock(publicClient: PublicClient, settlement: Address): Promise<bigint> {
  const isThere = async (blockNumber: bigint): Promise<boolean> => {
    try {
      return (await publicClient.getCode({ address: settlement, blockNumber })) !== undefined;
    } catch (cause) {
      throw new InputError({
        message: `L1 does not say which code there was in block ${blockNumber}, so the block of the contract's creation can't be found. Name that block with --from-block.`,
        cause,
      });
    }
  };
  let last = await publicClient.getBlockNumber({ cacheTime: 0 });
  if (!(await isThere(last))) {
    throw new InputError({
      message: `There is no contract ${settlement} on this L1. Check --settlement, and that --l1 is of the right chain.`,
    });
  }
  let first = 0n;
  while (first < last) {
    const middle = (first + last) / 2n;
    if (await isThere(middle)) last = middle;
    else first = middle + 1n;
  }
  return last;
}
