import { fieldToHex } from "@frond/foundation";
import { entryKey, fieldSchema } from "@frond/protocol";
import {
  type BlockTransaction,
  createBlockReader,
  RpcError,
  readInterface,
  type ToldInterface,
  type Transport,
} from "@frond/sdk";
import { type QueryClient, type QueryKey, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import * as z from "zod";
import { useAccess } from "./access.ts";
import { ask, askAll } from "./ask.ts";
import { askAgain, useSubscription } from "./live.ts";
import {
  accountSchema,
  type Block,
  blockSchema,
  eventNewsSchema,
  eventsSchema,
  type Refused,
  refusedSchema,
  statusSchema,
  transactionNewsSchema,
} from "./schemas.ts";

/** What is shown of a layer at once. */
const SHOWN_BLOCKS = 20;
const BLOCKS_WITH_CALLS = 6;
const SHOWN_CALLS = 200;
const SHOWN_EVENTS = 100;
const SHOWN_REFUSED = 200;

type Place = { readonly layerId: bigint; readonly url: string };

/** The connection to a layer's node; undefined if the coordinator has never seen it. */
export function useNode(layer: Pick<Place, "url"> | undefined): Transport | undefined {
  const { node } = useAccess();
  return layer === undefined || layer.url === "" ? undefined : node(layer.url);
}

const key = (layer: Place | undefined, ...rest: unknown[]) => ["layer", String(layer?.layerId), layer?.url, ...rest];

/** The application of a layer, as its node tells. */
export function useApplication(layer: Place | undefined): ToldInterface | undefined {
  const node = useNode(layer);
  const queryFn = async () => (await readInterface(node!)).application;
  return useQuery({ queryKey: key(layer, "application"), queryFn, enabled: node !== undefined }).data;
}

/** The last sealed blocks of a layer, the newest first. */
export function useBlocks(layer: Place | undefined): UseQueryResult<readonly Block[]> {
  const node = useNode(layer);
  const queryKey = key(layer, "blocks");
  useSubscription(
    node,
    { topic: "blocks" },
    {
      onEvent(event, queries) {
        const block = blockSchema.safeParse(event);
        if (!block.success) return;
        const shown = queries.getQueryData<readonly Block[]>(queryKey) ?? [];
        if (replaces(shown, block.data)) askAgain(queries, key(layer, "calls"));
        change<Block>(queries, queryKey, (blocks) => withBlock(blocks, block.data));
        void queries.invalidateQueries({ queryKey: key(layer, "transaction") });
      },
      onMissed: (queries) => void queries.invalidateQueries({ queryKey: key(layer) }),
    },
  );
  return useQuery({ queryKey, queryFn: () => readBlocks(node!, SHOWN_BLOCKS), enabled: node !== undefined });
}

/** Changes what is shown by what was told. What is told before there is an answer may be missing in that. */
function change<T>(queries: QueryClient, queryKey: QueryKey, by: (shown: readonly T[]) => readonly T[]): void {
  const shown = queries.getQueryData<readonly T[]>(queryKey);
  if (shown === undefined) askAgain(queries, queryKey);
  else queries.setQueryData(queryKey, by(shown));
}

/** A block that is sealed again after a set-back takes the place of those after it, too. */
function withBlock(blocks: readonly Block[], block: Block): readonly Block[] {
  const isOther = replaces(blocks, block);
  const kept = blocks.filter(({ number }) => number !== block.number && !(isOther && number > block.number));
  return [...kept, block].sort((a, b) => b.number - a.number).slice(0, SHOWN_BLOCKS);
}

function replaces(blocks: readonly Block[], block: Block): boolean {
  const known = blocks.find(({ number }) => number === block.number);
  return known !== undefined && known.stateRootAfter !== block.stateRootAfter;
}

/** The last blocks of a node, the newest first; those that are pruned are left out. */
export async function readBlocks(node: Transport, count: number): Promise<readonly Block[]> {
  const { sealedBlock, firstBlock } = await ask(node, { method: "frond_status" }, statusSchema);
  const numbers = Array.from({ length: count }, (_, i) => sealedBlock - i).filter((n) => n >= Math.max(1, firstBlock));
  const calls = numbers.map((number) => ({ method: "frond_getBlock", params: { number } }));
  if (calls.length === 0) return [];
  return (await askAll(node, calls, blockSchema)).filter((block) => !(block instanceof RpcError)) as Block[];
}

/** Without its fee as long as no answer has told it. */
export type PlacedCall = Omit<BlockTransaction, "fee"> & { readonly block: number; readonly fee?: bigint };

/** The last transactions of a layer with what they call, the newest first. */
export function useCalls(layer: Place | undefined): UseQueryResult<readonly PlacedCall[]> {
  const node = useNode(layer);
  const queryKey = key(layer, "calls");
  useSubscription(
    node,
    { topic: "transactions" },
    {
      onEvent(event, queries) {
        const news = transactionNewsSchema.safeParse(event);
        if (!news.success) return;
        change<PlacedCall>(queries, queryKey, (calls) => withNews(calls, news.data));
      },
      onMissed: (queries) => askAgain(queries, queryKey),
    },
  );
  const queryFn = async () => {
    const { sealedBlock, firstBlock } = await ask(node!, { method: "frond_status" }, statusSchema);
    return await readCalls(node!, { fromBlock: Math.max(1, firstBlock, sealedBlock + 2 - BLOCKS_WITH_CALLS) });
  };
  return useQuery({ queryKey, queryFn, enabled: node !== undefined });
}

/** What is told in place of asking: where some are not told, those before them are not shown any more. */
function withNews(
  calls: readonly PlacedCall[],
  { transactions, missed }: z.output<typeof transactionNewsSchema>,
): readonly PlacedCall[] {
  const told = new Set(transactions.map(({ hash }) => hash));
  const kept = missed > 0 ? [] : calls.filter(({ hash }) => !told.has(hash));
  return [...transactions.toReversed(), ...kept].slice(0, SHOWN_CALLS);
}

/** What the transactions of some blocks call, the last one first; by default up to the open block. */
export async function readCalls(
  node: Transport,
  { fromBlock, toBlock = Number.POSITIVE_INFINITY }: { readonly fromBlock: number; readonly toBlock?: number },
): Promise<readonly PlacedCall[]> {
  const reader = createBlockReader(node);
  const found: PlacedCall[] = [];
  for (let next = fromBlock; next <= toBlock; ) {
    const limit = Math.min(BLOCKS_WITH_CALLS, toBlock + 1 - next);
    const { blocks, open } = await reader.blocks({ fromBlock: next, limit, withOpen: true });
    const shown = open === null || open.number > toBlock ? blocks : [...blocks, open];
    for (const { number, transactions } of shown)
      found.push(...transactions.map((call) => ({ ...call, block: number })));
    if (open !== null || blocks.length === 0) break;
    next += blocks.length;
  }
  return found.reverse();
}

/** The last signed calls of a layer that failed, the newest first. */
export function useRefused(layer: Place | undefined): UseQueryResult<readonly Refused[]> {
  const node = useNode(layer);
  const queryKey = key(layer, "refused");
  useSubscription(
    node,
    { topic: "refused" },
    {
      onEvent(event, queries) {
        const told = refusedSchema.safeParse(event);
        if (!told.success) return;
        change<Refused>(queries, queryKey, (refused) => [...told.data.refused, ...refused].slice(0, SHOWN_REFUSED));
      },
      onMissed: (queries) => askAgain(queries, queryKey),
    },
  );
  const queryFn = async () => (await ask(node!, { method: "frond_getRefused" }, refusedSchema)).refused;
  return useQuery({ queryKey, queryFn, enabled: node !== undefined });
}

/** A transaction of a block, with what it calls; null if the block does not have it. */
export async function readCall(
  node: Transport,
  { block, hash }: { readonly block: number; readonly hash: bigint },
): Promise<PlacedCall | null> {
  const calls = await readCalls(node, { fromBlock: block, toBlock: block });
  return calls.find((call) => call.hash === hash) ?? null;
}

export type LayerEvent = z.output<typeof eventsSchema>["events"][number];

/** Events of a layer: those of some blocks, or all since a block. */
export function useEvents(
  layer: Place | undefined,
  range: { readonly fromBlock: number; readonly toBlock?: number } | undefined,
): UseQueryResult<readonly LayerEvent[]> {
  const node = useNode(layer);
  const queryKey = key(layer, "events", range?.fromBlock, range?.toBlock);
  useSubscription(
    node,
    { topic: "events" },
    {
      onEvent(event, queries) {
        const news = eventNewsSchema.safeParse(event);
        if (!news.success || range === undefined) return;
        const { fromBlock, toBlock = Number.POSITIVE_INFINITY } = range;
        const events = news.data.events.filter(({ block }) => block >= fromBlock && block <= toBlock);
        if (news.data.setBack !== undefined) askAgain(queries, queryKey);
        else
          change<LayerEvent>(queries, queryKey, (shown) => [...events.toReversed(), ...shown].slice(0, SHOWN_EVENTS));
      },
      onMissed: (queries) => askAgain(queries, queryKey),
    },
  );
  const enabled = node !== undefined && range !== undefined;
  const queryFn = async () => {
    const params = { ...range, limit: SHOWN_EVENTS };
    return (await ask(node!, { method: "frond_getEvents", params }, eventsSchema)).events.toReversed();
  };
  return useQuery({ queryKey, queryFn, enabled });
}

const entriesSchema = z.object({
  entries: z.array(z.object({ key: fieldSchema, values: z.array(fieldSchema).nullable() })),
});

type Entries = ReadonlyMap<bigint, readonly bigint[] | null>;

/** Entries of a layer's state by their keys, at most 64, live. Those that are not known yet are missing. */
export function useEntries(layer: Place, keys: readonly bigint[]): Entries {
  const [entries, setEntries] = useState<Entries>(new Map());
  const topic = { topic: "entries", keys: keys.map((key) => fieldToHex(key) as `0x${string}`) } as const;
  useSubscription(useNode(layer), topic, {
    onEvent(event) {
      const told = entriesSchema.safeParse(event);
      if (!told.success) return;
      const news = told.data.entries.map(({ key, values }) => [key, values] as const);
      setEntries((before) => new Map([...before, ...news]));
    },
  });
  return entries;
}

export type Account = { readonly nonce: number; readonly fields: readonly (readonly [string, bigint, string])[] };

/** An account of a layer, live; null if it has no entry. */
export function useAccountEntry(layer: Place, address: bigint): UseQueryResult<Account | null> {
  const node = useNode(layer);
  const application = useApplication(layer);
  const queryKey = key(layer, "account", String(address), application?.name);
  const decode = (values: readonly bigint[] | null) => (values === null ? null : accountOf(application!, values));
  const topic = { topic: "entries", keys: [fieldToHex(entryKey(0, [address])) as `0x${string}`] } as const;
  useSubscription(application === undefined ? undefined : node, topic, {
    onEvent(event, queries) {
      const told = entriesSchema.safeParse(event);
      if (told.success && told.data.entries[0] !== undefined)
        queries.setQueryData(queryKey, decode(told.data.entries[0].values));
    },
  });
  const enabled = node !== undefined && application !== undefined;
  const queryFn = async () => {
    const asked = { method: "frond_getAccount", params: { address: fieldToHex(address) } };
    return decode((await ask(node!, asked, accountSchema)).values);
  };
  return useQuery({ queryKey, queryFn, enabled });
}

function accountOf({ state }: ToldInterface, values: readonly bigint[]): Account {
  const { value } = Object.values(state)[0]!;
  const fields = value.kind === "struct" ? Object.entries(value.fields) : [];
  return {
    nonce: Number(values[0] ?? 0n),
    fields: fields.map(([name, { kind }], i) => [name, values[i + 1] ?? 0n, kind] as const),
  };
}
