import { type Field, sleep } from "@frond/foundation";
import { type Address, decodeFunctionData, type Hex, type PublicClient } from "viem";
import { settlementAbi } from "./abi.generated.ts";
import type { EpochSubmission } from "./actions.ts";

/** A deposit in the queue of L1. `payload` is the depositor's address, to which a refused deposit comes back. */
export type QueuedDeposit = {
  id: bigint;
  layer: Field;
  asset: bigint;
  amount: bigint;
  recipient: Field;
  payload: Field;
  block: bigint;
};

/** An epoch that settled. */
export type SettledEpoch = {
  epoch: bigint;
  rootIn: Field;
  rootOut: Field;
  items: number;
  block: bigint;
  transaction: Hex;
};

export type EventQuery = {
  publicClient: PublicClient;
  settlement: Address;
  /** First block to read. */
  fromBlock: bigint;
  /**
   * Blocks that must lie on top of an event's block before it is believed (a reorganisation may undo younger ones).
   * Default 0.
   */
  confirmations?: number;
  /** Last block to read, in place of the confirmations. */
  lastBlock?: bigint;
};

/** Events in order, and the block to continue from: nothing older can still change, given enough confirmations. */
export type EventPage<T> = { events: T[]; nextBlock: bigint };

/** Reads the deposits queued since `fromBlock`. */
export async function getDeposits(query: EventQuery): Promise<EventPage<QueuedDeposit>> {
  return readPages(query, async (range) => {
    const logs = await query.publicClient.getContractEvents({ ...range, eventName: "DepositQueued", strict: true });
    return logs.map(({ args, blockNumber }) => ({ ...args, block: blockNumber }));
  });
}

/** Reads the epochs settled since `fromBlock`. */
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

/** Reads the arguments of a `settle` transaction back from its calldata: what an epoch put on L1. */
export function decodeSettle(calldata: Hex): EpochSubmission {
  const { functionName, args } = decodeFunctionData({ abi: settlementAbi, data: calldata });
  if (functionName !== "settle") throw new TypeError(`Expected the calldata of settle, got that of ${functionName}.`);
  const [rootOut, commitment, words, depositIds, proof] = args;
  return { rootOut, commitment, words, depositIds, proof };
}

export type WatchOptions<T> = EventQuery & {
  read: (query: EventQuery) => Promise<EventPage<T>>;
  /** Called with new events in order, and the block to continue from after a restart. The next page waits for it. */
  onEvents: (events: T[], nextBlock: bigint) => void | Promise<void>;
  /** Called when L1 does not answer or `onEvents` fails; the same page is read again at the next turn. */
  onError: (error: unknown) => void;
  /** Milliseconds between two reads; default 1000. */
  interval?: number;
};

/**
 * Follows events by polling (`read` is `getDeposits` or `getEpochs`), until the returned function is called and
 * awaited.
 */
export function watchEvents<T>(options: WatchOptions<T>): () => Promise<void> {
  const stop = new AbortController();
  const follow = async () => {
    let fromBlock = options.fromBlock;
    while (!stop.signal.aborted) {
      try {
        const { events, nextBlock } = await options.read({ ...options, fromBlock });
        if (stop.signal.aborted) return;
        if (events.length > 0) await options.onEvents(events, nextBlock);
        fromBlock = nextBlock;
      } catch (error) {
        options.onError(error);
      }
      await sleep(options.interval ?? 1_000, { signal: stop.signal });
    }
  };
  const following = follow();
  return async () => {
    stop.abort();
    await following;
  };
}

/** Public nodes refuse queries over too many blocks. */
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
