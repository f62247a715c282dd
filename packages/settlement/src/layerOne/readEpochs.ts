import { createEpochReader, findEpoch, type PageCursor, type SettledEpoch, settlementAbi } from "@frond/contracts";
import {
  type BlobSource,
  type KeptBlobs,
  readAhead,
  readEpochData,
  readStated,
  type StatedTransaction,
} from "@frond/follower";
import { FIRST_EPOCH, MessageKind, unpackDepositReference } from "@frond/protocol";
import type { Address, PublicClient } from "viem";
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

/** Epochs by their numbers, the last one included. */
type Epochs = { readonly from: number; readonly last: number };

/**
 * Reads settled epochs from L1, in order: where they settled page by page, then of each what its transaction said, and
 * its data from the blob. Blobs are read while earlier epochs are used.
 * @throws EpochUnreadableError if L1 does not have all of them in safe blocks, before the first one is given;
 * BlobMissingError if nobody has a blob now
 */
export async function* readEpochs(options: Options, epochs: Epochs): AsyncGenerator<EpochOnLayerOne> {
  const { blobs } = options;
  let areGoneTold = false;
  const itemsUsed = async (event: SettledEpoch, { stated }: StatedTransaction): Promise<readonly number[]> => {
    if (event.items === 0) return [];
    if (stated !== undefined) return numbersOf(stated);
    // Another contract has settled it, and L1 keeps only what does not wait any more: one epoch is given all of that.
    if (areGoneTold) return [];
    areGoneTold = true;
    return await itemsGone(options);
  };
  yield* readAhead(await eventsOf(options, epochs), async (event): Promise<EpochOnLayerOne> => {
    const transaction = await readStated(options, event);
    const { epoch, rootIn, rootOut, until, words: data } = await readEpochData(event, { transaction, ...blobs });
    return { epoch, rootIn, rootOut, until, deposits: await itemsUsed(event, transaction), data };
  });
}

/** Where the epochs settled. */
async function eventsOf(options: Options, { from, last }: Epochs): Promise<SettledEpoch[]> {
  const reader = createEpochReader(options);
  let cursor = await cursorBefore(options, from);
  let events: SettledEpoch[] = [];
  let isLast = false;
  while (!isLast && events.at(-1)?.epoch !== BigInt(last)) {
    const page = await reader.page(cursor);
    ({ cursor, isLast } = page);
    const { undoneFrom } = page;
    if (undoneFrom !== undefined) events = events.filter(({ block }) => block < BigInt(undoneFrom));
    events.push(...page.events.filter(({ epoch }) => epoch >= BigInt(from) && epoch <= BigInt(last)));
  }
  const missing = from + events.findIndex(({ epoch }, i) => epoch !== BigInt(from + i));
  if (missing >= from) throw new EpochUnreadableError({ epoch: missing, problem: "L1 has another epoch in its place" });
  if (events.length === last - from + 1) return events;
  const problem = "L1 has it in no block that is confirmed; it is read again";
  throw new EpochUnreadableError({ epoch: from + events.length, problem });
}

/** Where reading begins: at the contract's creation for the first epoch, else at the first one that is asked for. */
async function cursorBefore(options: Options, from: number): Promise<PageCursor | undefined> {
  if (from === FIRST_EPOCH) return undefined;
  const { publicClient, settlement, deploymentBlock } = options;
  const event = await findEpoch({ publicClient, settlement, fromBlock: deploymentBlock }, BigInt(from));
  if (event === undefined) throw new EpochUnreadableError({ epoch: from, problem: "L1 has no such epoch" });
  return { next: Number(event.block), marks: [] };
}

/** The deposits and forced transactions that an epoch has used, as its transaction says. */
function numbersOf({ words, used }: NonNullable<StatedTransaction["stated"]>): number[] {
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
