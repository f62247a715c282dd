import type { TestNetwork } from "@frond/contracts/testing";
import { createFollower, type Follower, type FollowerOptions } from "../createFollower.ts";
import { anvilSource } from "../sources/anvilSource.ts";

/** A follower of a deployment of the tests that believes every block, and none to be final. */
export function followerOf(
  { publicClient, owner, deployment }: TestNetwork,
  path: string,
  options: Partial<FollowerOptions> = {},
): Promise<Follower> {
  return createFollower({
    path,
    chainId: 31337,
    publicClient,
    settlement: owner.settlement,
    deploymentBlock: deployment.deploymentBlock,
    safeBlock: () => publicClient.getBlockNumber({ cacheTime: 0 }),
    finalBlock: async () => 0n,
    sources: [anvilSource(publicClient)],
    ...options,
  });
}
