import { join } from "node:path";
import { isLocalChain, layerOneTransport } from "@frond/contracts";
import { createFollower, type Follower } from "@frond/follower";
import type { Field, Logger } from "@frond/foundation";
import { layerIdOfConfig } from "@frond/protocol";
import { type Address, createPublicClient, type PublicClient } from "viem";
import * as z from "zod";
import { readJsonFile, writeJsonFile } from "../directory/networkFile.ts";
import { blobSources } from "../layerOne/blobSources.ts";
import { finalBlockOf } from "../layerOne/finalBlockOf.ts";
import { chainAt } from "../layerOne/wallets.ts";
import { readCommitteeFile } from "../members/committeeFile.ts";
import { committeeWordsOf } from "./committeeWordsOf.ts";
import { findDeploymentBlock } from "./findDeploymentBlock.ts";
import { readGenesisEntries } from "./genesisFile.ts";

export type FollowOptions = {
  /** RPC addresses of L1, with commas between. */
  readonly l1Url: string;
  readonly settlement: Address;
  /** Where everything is kept. */
  readonly directory: string;
  readonly beaconUrls: readonly string[];
  readonly followerUrls: readonly string[];
  /** Files that describe committees of layers. */
  readonly committeeFiles: readonly string[];
  /** Files with the entries that layers began with which were added later. */
  readonly genesisFiles?: readonly string[];
  /** Of the contract's creation; found if it is not given. */
  readonly fromBlock?: number;
  /** Blocks on top of one that is believed. */
  readonly confirmations: number;
  readonly logger: Logger;
};

export type OpenFollower = {
  readonly follower: Follower;
  readonly chainId: number;
  readonly publicClient: PublicClient;
  readonly deploymentBlock: bigint;
  /** The layers whose committees were named. */
  readonly committeeLayers: readonly Field[];
};

const REPLY_MILLISECONDS = 60_000;
const deploymentSchema = z.strictObject({ settlement: z.string(), chainId: z.number(), block: z.number() });

/** Connects to L1 and opens what is kept of it. */
export async function openFollower(options: FollowOptions): Promise<OpenFollower> {
  const { l1Url, settlement, directory, confirmations, logger } = options;
  const chain = await chainAt(l1Url);
  const transport = layerOneTransport(l1Url, { timeout: REPLY_MILLISECONDS });
  const publicClient = createPublicClient({ chain, transport }) as PublicClient;
  const deploymentBlock = await deploymentBlockOf(options, { publicClient, chainId: chain.id });
  const files = options.committeeFiles.map(readCommitteeFile);
  const committeeLayers = files.map(({ config }) => layerIdOfConfig(config));
  const follower = await createFollower({
    path: directory,
    chainId: chain.id,
    publicClient,
    settlement,
    deploymentBlock,
    safeBlock: async () => (await publicClient.getBlockNumber({ cacheTime: 0 })) - BigInt(confirmations),
    finalBlock: () => finalBlockOf(publicClient),
    sources: blobSources(publicClient, { ...options, isLocal: isLocalChain(chain.id) }),
    committeeWords: committeeWordsOf({ files, logger }),
    genesisEntries: readGenesisEntries(options.genesisFiles ?? []),
    hasCommittee: (layerId) => committeeLayers.includes(layerId),
    logger,
  });
  return { follower, chainId: chain.id, publicClient, deploymentBlock, committeeLayers };
}

/** It is looked for once. */
async function deploymentBlockOf(
  { settlement, directory, fromBlock }: FollowOptions,
  { publicClient, chainId }: { readonly publicClient: PublicClient; readonly chainId: number },
): Promise<bigint> {
  if (fromBlock !== undefined) return BigInt(fromBlock);
  const path = join(directory, "deployment.json");
  const known = deploymentSchema.safeParse(readJsonFile(path)).data;
  if (known?.settlement === settlement && known.chainId === chainId) return BigInt(known.block);
  const block = await findDeploymentBlock(publicClient, settlement);
  writeJsonFile(path, { settlement, chainId, block: Number(block) });
  return block;
}
