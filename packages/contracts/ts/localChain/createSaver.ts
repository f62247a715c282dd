import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { writeAtomically } from "@frond/foundation/node";
import { createTestClient, type Hex, hexToBytes, http, publicActions } from "viem";
import { appendToChainLog, type LoggedBlock, logPathOf, writeChainLog } from "./chainLog.ts";

export type ChainSaver = {
  /** Makes all blocks durable; concurrent saves run one after the other. Returns the number of the last durable one. */
  save(): Promise<bigint>;
  /** The same, with the whole state. */
  saveWhole(): Promise<bigint>;
  /** In milliseconds. */
  longestSave(): number;
};

/** anvil is a process of this machine: its exit is noticed at once, and a busy anvil is waited for. */
const REPLY_MILLISECONDS = 600_000;
/** Blocks after which the state is written whole again: they are made again one by one at a start. */
const MOST_LOGGED = 500;

export function localClient(url: string) {
  return createTestClient({ mode: "anvil", transport: http(url, { timeout: REPLY_MILLISECONDS }) }).extend(
    publicActions,
  );
}
export type LocalClient = ReturnType<typeof localClient>;

/**
 * Writes the chain to its files: the state, whole and rarely, and each block after it to a log. A state holds every
 * block that there ever was; written with each block, it took longer and longer.
 * anvil's own periodic save is not used: it writes the file in place once a second, and a kill at that moment leaves a
 * truncated file, which anvil refuses to load.
 */
export function createSaver(
  url: string,
  { statePath, blockSeconds }: { readonly statePath?: string; readonly blockSeconds?: number },
): ChainSaver {
  const isTimed = blockSeconds !== undefined;
  const client = localClient(url);
  let logged: LoggedBlock[] = [];
  /** The last durable block; undefined until the state was written by this process. */
  let tip: Pick<LoggedBlock, "number" | "hash"> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let longest = 0;

  async function whole(path: string): Promise<bigint> {
    const { number, hash } = await client.getBlock({ blockTag: "latest" });
    await writeAtomically(path, await promisify(gunzip)(hexToBytes(await client.dumpState())));
    // Blocks that came meanwhile are in the state, and perhaps logged once more.
    tip = { number: Number(number), hash };
    logged = [];
    await writeChainLog(logPathOf(path), logged);
    return number;
  }

  async function write(isWhole: boolean): Promise<bigint> {
    if (statePath === undefined) return await client.getBlockNumber({ cacheTime: 0 });
    const start = performance.now();
    const number = await writeTo(statePath, isWhole);
    longest = Math.max(longest, performance.now() - start);
    return number;
  }

  async function writeTo(path: string, isWhole: boolean): Promise<bigint> {
    const head = await client.getBlock({ blockTag: "latest" });
    if (tip !== undefined && head.hash === tip.hash && !isWhole) return head.number;
    if (tip === undefined || isWhole) return await whole(path);
    const fresh = await blocksAfter(client, { tip, head: Number(head.number), isTimed });
    if (fresh === undefined || logged.length + fresh.length > MOST_LOGGED) return await whole(path);
    appendToChainLog(logPathOf(path), fresh);
    logged.push(...fresh);
    tip = fresh.at(-1)!;
    return BigInt(tip.number);
  }

  const inTurn = (isWhole: boolean) => {
    const next = last.then(() => write(isWhole));
    last = next.catch(() => {});
    return next;
  };
  return { save: () => inTurn(false), saveWhole: () => inTurn(true), longestSave: () => longest };
}

/**
 * The blocks above `tip` as they can be made again; undefined if they can't: the chain was set back or changed
 * by hand, or there are too many.
 */
async function blocksAfter(
  client: LocalClient,
  {
    tip,
    head,
    isTimed,
  }: { readonly tip: Pick<LoggedBlock, "number" | "hash">; readonly head: number; readonly isTimed: boolean },
): Promise<LoggedBlock[] | undefined> {
  if (head <= tip.number || head - tip.number > MOST_LOGGED) return undefined;
  const blocks: LoggedBlock[] = [];
  let before = tip;
  for (let number = tip.number + 1; number <= head; number++) {
    const block = await client.getBlock({ blockNumber: BigInt(number) });
    // A chain that mines on demand has a block without transactions when somebody changes it by hand.
    const isByHand = block.transactions.length === 0 && !isTimed;
    if (block.parentHash !== before.hash || isByHand) return undefined;
    const transactions = await Promise.all(block.transactions.map((hash) => rawTransaction(client, hash)));
    if (!transactions.every((raw) => raw !== undefined)) return undefined;
    const { hash, parentHash, timestamp, baseFeePerGas, receiptsRoot } = block;
    before = { number, hash };
    const made = { timestamp: Number(timestamp), baseFee: String(baseFeePerGas), receiptsRoot, transactions };
    blocks.push({ number, hash, parentHash, ...made });
  }
  return blocks;
}

/** Undefined for one that nobody has signed. */
async function rawTransaction(client: LocalClient, hash: Hex): Promise<Hex | undefined> {
  const raw = (await client.request({ method: "eth_getRawTransactionByHash", params: [hash] } as never)) as Hex | null;
  const { r, s } = await client.getTransaction({ hash });
  return raw === null || BigInt(r) === 0n || BigInt(s) === 0n ? undefined : raw;
}
