import { decodeSettle, findEpoch, settlementAbi } from "@frond/contracts";
import { type BlobSource, type KeptBlobs, readEpochData, readStated } from "@frond/follower";
import { MessageKind, unpackDepositReference } from "@frond/protocol";
import { type Address, isAddressEqual, type PublicClient } from "viem";
import { EpochUnreadableError } from "../errors.ts";
import { forcedId } from "../tree/itemIds.ts";
import type { EpochOnLayerOne } from "../types.ts";
import { usedItems } from "./usedItems.ts";

type Options = {
  readonly publicClient: PublicClient;
  readonly settlement: Address;
  readonly deploymentBlock: bigint;
  /** The number of the last confirmed block: of an epoch in a younger one nothing is believed. */
  readonly safeBlock: () => Promise<bigint>;
  /** Where blobs are kept that were read, and who has others. */
  readonly blobs: { readonly kept: KeptBlobs; readonly sources: readonly BlobSource[] };
};

/**
 * Reads a settled epoch from L1: what its transaction said, and its data from the blob.
 * @throws EpochUnreadableError if L1 has no such epoch in a safe block, BlobMissingError if nobody has its blob now
 */
export async function readEpoch(options: Options, epoch: number): Promise<EpochOnLayerOne> {
  const { publicClient, settlement, deploymentBlock, blobs } = options;
  const event = await findEpoch({ publicClient, settlement, fromBlock: deploymentBlock }, BigInt(epoch));
  if (event === undefined) throw new EpochUnreadableError({ epoch, problem: "L1 has no such epoch" });
  const safe = await options.safeBlock();
  if (event.block > safe) {
    const problem = `it is in block ${event.block}, and only blocks up to ${safe} are confirmed; it is read again`;
    throw new EpochUnreadableError({ epoch, problem });
  }
  const transaction = await readStated(options, event);
  const { rootIn, rootOut, until, words } = await readEpochData(event, { transaction, ...blobs });
  return { epoch, rootIn, rootOut, until, deposits: await itemsUsed(options, event.transaction), data: words };
}

/** The deposits and forced transactions that an epoch used; all that are used, if another contract has settled it. */
async function itemsUsed(options: Options, hash: `0x${string}`): Promise<number[]> {
  const { publicClient, settlement } = options;
  const { to, input } = await publicClient.getTransaction({ hash });
  if (to === null || !isAddressEqual(to, settlement)) return await itemsGone(options);
  const { words, used } = decodeSettle(input);
  return usedItems(words).map(({ kind }, i) => {
    const { id } = unpackDepositReference(used[i]!);
    return kind === MessageKind.forced ? forcedId(id) : id;
  });
}

/** Slots of L1 that are read at once. */
const SLOTS_AT_ONCE = 64;

/** Deposits and forced transactions that do not wait on L1 any more, whoever used them or took them back. */
async function itemsGone({ publicClient, settlement, safeBlock }: Options): Promise<number[]> {
  const at = { address: settlement, abi: settlementAbi, blockNumber: await safeBlock() } as const;
  const gone: number[] = [];
  for (const [counter, queue] of [
    ["depositCount", "deposits"],
    ["forcedCount", "forced"],
  ] as const) {
    const count = Number(await publicClient.readContract({ ...at, functionName: counter }));
    for (let from = 0; from < count; from += SLOTS_AT_ONCE) {
      const ids = Array.from({ length: Math.min(SLOTS_AT_ONCE, count - from) }, (_, i) => from + i);
      const hashes = await Promise.all(
        ids.map((id) => publicClient.readContract({ ...at, functionName: queue, args: [BigInt(id)] })),
      );
      const used = ids.filter((_, i) => BigInt(hashes[i]!) === 0n);
      gone.push(...used.map((id) => (queue === "forced" ? forcedId(id) : id)));
    }
  }
  return gone;
}
