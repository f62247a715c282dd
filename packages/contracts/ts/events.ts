import type { Field } from "@frond/foundation";
import { type Address, decodeFunctionData, type Hex, type PublicClient } from "viem";
import { settlementAbi } from "./abi.generated.ts";
import type { EpochSubmission } from "./actions.ts";

/**
 * A deposit in L1's queue. `payload` is the refund address, which may claim a refused deposit; `depositor` is who made
 * the deposit, a router for example. An epoch that begins at `expiry` (milliseconds since 1970) or later can't use it.
 */
export type QueuedDeposit = {
  id: bigint;
  layer: Field;
  asset: bigint;
  amount: bigint;
  recipient: Field;
  payload: Field;
  expiry: bigint;
  depositor: Address;
  block: bigint;
};

/** A settled epoch. */
export type SettledEpoch = {
  epoch: bigint;
  rootIn: Field;
  rootOut: Field;
  /** The end of the time that the epoch covers, in milliseconds since 1970. */
  until: bigint;
  items: number;
  block: bigint;
  transaction: Hex;
};

export type EventQuery = {
  publicClient: PublicClient;
  settlement: Address;
  /** The first block to read. */
  fromBlock: bigint;
  /**
   * The number of blocks that must follow an event's block before the event is reported, because a reorganisation can
   * undo younger blocks. Default 0.
   */
  confirmations?: number;
  /** The last block to read; overrides `confirmations`. */
  lastBlock?: bigint;
};

/** Events in order, and the block to continue from. With enough confirmations, no older event can change. */
export type EventPage<T> = { events: T[]; nextBlock: bigint };

/** Reads the deposits that were queued since `fromBlock`. */
export async function getDeposits(query: EventQuery): Promise<EventPage<QueuedDeposit>> {
  return readPages(query, async (range) => {
    const logs = await query.publicClient.getContractEvents({ ...range, eventName: "DepositQueued", strict: true });
    return logs.map(({ args, blockNumber }) => ({ ...args, block: blockNumber }));
  });
}

/** Reads the epochs that settled since `fromBlock`. */
export async function getEpochs(query: EventQuery): Promise<EventPage<SettledEpoch>> {
  return readPages(query, async (range) => {
    const logs = await query.publicClient.getContractEvents({ ...range, eventName: "EpochSettled", strict: true });
    return logs.map(({ args, blockNumber, transactionHash }) => ({
      ...args,
      items: Number(args.items),
      block: blockNumber,
      transaction: transactionHash,
    }));
  });
}

/** Decodes the arguments of a `settle` transaction from its calldata. */
export function decodeSettle(calldata: Hex): EpochSubmission {
  const { functionName, args } = decodeFunctionData({ abi: settlementAbi, data: calldata });
  if (functionName !== "settle") throw new TypeError(`Expected the calldata of settle, got that of ${functionName}.`);
  const [rootOut, until, commitment, words, deposits, proof] = args;
  return { rootOut, until, commitment, words, deposits, proof };
}

/** Public nodes refuse queries over a larger range of blocks. */
const blocksPerQuery = 5_000n;

type Range = { address: Address; abi: typeof settlementAbi; fromBlock: bigint; toBlock: bigint };

async function readPages<T>(query: EventQuery, read: (range: Range) => Promise<T[]>): Promise<EventPage<T>> {
  const last =
    query.lastBlock ?? (await query.publicClient.getBlockNumber({ cacheTime: 0 })) - BigInt(query.confirmations ?? 0);
  const events: T[] = [];
  let fromBlock = query.fromBlock;
  while (fromBlock <= last) {
    const end = fromBlock + blocksPerQuery - 1n;
    const toBlock = end < last ? end : last;
    events.push(...(await read({ address: query.settlement, abi: settlementAbi, fromBlock, toBlock })));
    fromBlock = toBlock + 1n;
  }
  return { events, nextBlock: fromBlock };
}
