import type { Field } from "@frond/foundation";
import { type Address, concat, decodeFunctionData, type Hex, type PublicClient } from "viem";
import { settlementAbi } from "./abi.generated.ts";
import type { EpochSubmission } from "./actions.ts";
import type { Genesis } from "./deploySettlement.ts";
import { GenesisMissingError } from "./errors.ts";
import { readRange, startSize } from "./reader/readRange.ts";

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

/** A transaction that was published on L1, which its layer may not leave out. */
export type ForcedTransactionEvent = {
  id: bigint;
  layer: Field;
  /** What the layer's message of kind `forced` carries. */
  payload: Field;
  /** After which the layer can be frozen, in milliseconds since 1970. */
  deadline: bigint;
  /** `r.x`, the public key, the packed word, both halves of `s`, then the arguments. */
  transaction: readonly Field[];
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
  /** Names the blob with what the epoch publishes; zero if that is nothing. */
  versionedHash: Hex;
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
  return readPages(query, (range) => depositsIn(query, range));
}

/** The deposits in a range of blocks, of some layers if these are given. */
export async function depositsIn(
  { publicClient, settlement }: Pick<EventQuery, "publicClient" | "settlement">,
  { layers, ...range }: Range & { readonly layers?: readonly Field[] },
): Promise<QueuedDeposit[]> {
  const logs = await publicClient.getContractEvents({
    ...range,
    address: settlement,
    abi: settlementAbi,
    eventName: "DepositQueued",
    strict: true,
    ...(layers === undefined ? {} : { args: { layer: [...layers] } }),
  });
  return logs.map(({ args, blockNumber }) => ({ ...args, block: blockNumber }));
}

/** Of forced transactions: one of them, or those to a layer, or to some. */
export type ForcedFilter = { readonly id?: bigint; readonly layer?: Field | readonly Field[] };

/** Reads the forced transactions that were published since `fromBlock`, those of the filter if there is one. */
export async function getForced(
  query: EventQuery,
  filter: ForcedFilter = {},
): Promise<EventPage<ForcedTransactionEvent>> {
  return readPages(query, (range) => forcedIn(query, { ...range, ...filter }));
}

/** The forced transactions in a range of blocks. */
export async function forcedIn(
  { publicClient, settlement: address }: Pick<EventQuery, "publicClient" | "settlement">,
  { fromBlock, toBlock, layer, ...ofId }: Range & ForcedFilter,
): Promise<ForcedTransactionEvent[]> {
  const args = { ...ofId, ...(layer !== undefined && { layer: typeof layer === "bigint" ? layer : [...layer] }) };
  const filter = { fromBlock, toBlock, address, abi: settlementAbi, eventName: "TransactionForced" } as const;
  const logs = await publicClient.getContractEvents({ ...filter, strict: true, args });
  return logs.map(({ args, blockNumber }) => ({ ...args, block: blockNumber }));
}

/** What becomes of upgrades: announced, cancelled, carried by an epoch. */
const UPGRADE_EVENTS = ["UpgradeAnnounced", "UpgradeCancelled", "LayerUpgraded"] as const;
const upgradeEventsAbi = settlementAbi.filter(
  (item): item is Extract<(typeof settlementAbi)[number], { name: (typeof UPGRADE_EVENTS)[number] }> =>
    item.type === "event" && UPGRADE_EVENTS.some((name) => name === item.name),
);

/** Reads what became of the upgrades of all layers since `fromBlock`, in order. */
export async function getUpgradeEvents(query: EventQuery) {
  return readPages(query, ({ fromBlock, toBlock }) =>
    query.publicClient.getLogs({
      ...{ address: query.settlement, events: upgradeEventsAbi, strict: true, fromBlock, toBlock },
    }),
  );
}

/** The hashes of the configs that epochs have given a layer since `fromBlock`, the last one last. */
export async function getUpgraded(query: EventQuery & { readonly layer: Field }): Promise<readonly Field[]> {
  const { publicClient, settlement: address, layer } = query;
  const { events } = await readPages(query, async (range) => {
    const filter = { ...range, address, abi: settlementAbi, eventName: "LayerUpgraded", strict: true } as const;
    return await publicClient.getContractEvents({ ...filter, args: { layer } });
  });
  return events.map(({ args }) => args.configHash);
}

/** The fields of a config that was announced for a layer since `fromBlock`, by its hash; undefined if none was. */
export async function getAnnounced(
  query: EventQuery & { readonly layer: Field; readonly configHash: Field },
): Promise<readonly Field[] | undefined> {
  const { publicClient, settlement: address, layer, configHash } = query;
  const { events } = await readPages(query, async (range) => {
    const filter = { ...range, address, abi: settlementAbi, eventName: "UpgradeAnnounced", strict: true } as const;
    return await publicClient.getContractEvents({ ...filter, args: { layer } });
  });
  return events.find(({ args }) => args.configHash === configHash)?.args.config;
}

/**
 * The tree that a deployment began with, as its constructor has said it, and what was published of its layers after.
 * @throws GenesisMissingError
 */
export async function getGenesis({
  publicClient,
  settlement,
  deploymentBlock,
}: Pick<EventQuery, "publicClient" | "settlement"> & { readonly deploymentBlock: bigint }): Promise<
  Omit<Genesis, "parents">
> {
  const at = { address: settlement, abi: settlementAbi, strict: true } as const;
  const range = { fromBlock: deploymentBlock, toBlock: deploymentBlock };
  const [begun] = await publicClient.getContractEvents({ ...at, ...range, eventName: "TreeBegun" });
  if (begun === undefined) throw new GenesisMissingError({ settlement, block: String(deploymentBlock) });
  const { root, layers, description: hashes } = begun.args;
  const parts: Hex[] = [];
  for (const hash of hashes) {
    const query = { publicClient, settlement, fromBlock: deploymentBlock };
    const { events } = await readPages(query, ({ fromBlock, toBlock }) =>
      publicClient.getContractEvents({ ...at, fromBlock, toBlock, eventName: "TreeDescribed", args: { hash } }),
    );
    if (events[0] === undefined) throw new GenesisMissingError({ settlement, block: String(deploymentBlock) });
    parts.push(events[0].args.part);
  }
  return { root, layers, description: concat(parts) };
}

/** Reads the epochs that settled since `fromBlock`. */
export async function getEpochs(query: EventQuery): Promise<EventPage<SettledEpoch>> {
  return readPages(query, (range) => epochsIn(query, range));
}

/** Where an epoch settled, looking back from the last block; undefined if none has since `fromBlock`. */
export async function findEpoch(
  query: Pick<EventQuery, "publicClient" | "settlement" | "fromBlock">,
  epoch: bigint,
): Promise<SettledEpoch | undefined> {
  const size = startSize();
  let last = await query.publicClient.getBlockNumber({ cacheTime: 0 });
  while (last >= query.fromBlock) {
    const { result, blocks } = await readRange(size, last - query.fromBlock + 1n, (count) =>
      epochsIn(query, { fromBlock: last - count + 1n, toBlock: last, epoch }),
    );
    if (result.length > 0) return result.at(-1);
    last -= blocks;
  }
  return undefined;
}

/** The epochs that settled in a range of blocks, one of them if its number is given. */
export async function epochsIn(
  { publicClient, settlement }: Pick<EventQuery, "publicClient" | "settlement">,
  { epoch, ...range }: Range & { readonly epoch?: bigint },
): Promise<SettledEpoch[]> {
  const logs = await publicClient.getContractEvents({
    ...range,
    address: settlement,
    abi: settlementAbi,
    eventName: "EpochSettled",
    strict: true,
    ...(epoch === undefined ? {} : { args: { epoch } }),
  });
  return logs.map(({ args, blockNumber, transactionHash }) => ({
    ...args,
    items: Number(args.items),
    block: blockNumber,
    transaction: transactionHash,
  }));
}

/** Decodes the arguments of a `settle` transaction from its calldata. */
export function decodeSettle(calldata: Hex): EpochSubmission {
  const { functionName, args } = decodeFunctionData({ abi: settlementAbi, data: calldata });
  if (functionName !== "settle") throw new TypeError(`Expected the calldata of settle, got that of ${functionName}.`);
  const [rootOut, until, commitment, words, used, data, proof] = args;
  return { rootOut, until, commitment, words, used, ...(data.kzgCommitment !== "0x" && { data }), proof };
}

type Range = { readonly fromBlock: bigint; readonly toBlock: bigint };

async function readPages<T>(query: EventQuery, read: (range: Range) => Promise<T[]>): Promise<EventPage<T>> {
  const last =
    query.lastBlock ?? (await query.publicClient.getBlockNumber({ cacheTime: 0 })) - BigInt(query.confirmations ?? 0);
  const size = startSize();
  const events: T[] = [];
  let { fromBlock } = query;
  while (fromBlock <= last) {
    const { result, blocks } = await readRange(size, last - fromBlock + 1n, (count) =>
      read({ fromBlock, toBlock: fromBlock + count - 1n }),
    );
    for (const event of result) events.push(event);
    fromBlock += blocks;
  }
  return { events, nextBlock: fromBlock };
}
