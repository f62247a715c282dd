import { isAway, type NetworkStatus, networkStatusSchema, type Topic, type Transport } from "@frond/sdk";
import {
  hashKey,
  type QueryClient,
  type QueryKey,
  type UseQueryResult,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type * as z from "zod";
import { useAccess } from "./access.ts";
import { ask } from "./ask.ts";
import { type Layer, type Proofs, proofsSchema } from "./schemas.ts";

/** Calls `onEvent` with what a server tells, as long as the component is shown. `onMissed`: read again. */
export function useSubscription(
  transport: Transport | undefined,
  topic: Topic,
  { onEvent, onMissed }: { onEvent(event: unknown, queries: QueryClient): void; onMissed?(queries: QueryClient): void },
): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (transport?.subscribe === undefined) return;
    const abort = new AbortController();
    const listener = {
      onEvent: (event: unknown) => onEvent(event, queries),
      onMissed: () => onMissed?.(queries),
    };
    void keepSubscribing(transport, topic, { listener, signal: abort.signal });
    return () => abort.abort();
  }, [transport, JSON.stringify(topic), queries]);
}

/** Between two times that a page asks again because of what it was told. */
const GATHER_MILLISECONDS = 500;

const gathered = new Set<string>();

/** Has a query asked again, at most twice a second: a busy layer tells of every transaction and every event. */
export function askAgain(queries: QueryClient, queryKey: QueryKey): void {
  const name = hashKey(queryKey);
  if (gathered.has(name)) return;
  gathered.add(name);
  setTimeout(() => {
    gathered.delete(name);
    // An answer that is slower than what is told must not be thrown away for the next one, again and again.
    void queries.invalidateQueries({ queryKey }, { cancelRefetch: false });
  }, GATHER_MILLISECONDS);
}

const PAUSE_MILLISECONDS = 2_000;

/** A server that is away at the beginning may come: what is subscribed once, the transport keeps. */
async function keepSubscribing(
  transport: Transport,
  topic: Topic,
  { listener, signal }: { readonly listener: Parameters<NonNullable<Transport["subscribe"]>>[1]; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    try {
      const end = await transport.subscribe!(topic, listener);
      if (signal.aborted) await end();
      else signal.addEventListener("abort", () => void end());
      return;
    } catch (error) {
      if (!isAway(error)) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    }
  }
}

/** What the coordinator shows under a topic, always as it is now. */
function useWatched<T>(topic: "network" | "proofs", method: string, schema: z.ZodType<T>): UseQueryResult<T> {
  const { coordinator } = useAccess();
  const queryKey = [topic];
  useSubscription(
    coordinator,
    { topic },
    {
      onEvent(event, queries) {
        const parsed = schema.safeParse(event);
        if (parsed.success) queries.setQueryData(queryKey, parsed.data);
      },
    },
  );
  return useQuery({ queryKey, queryFn: () => ask(coordinator, { method }, schema) });
}

export const useNetwork = (): UseQueryResult<NetworkStatus> =>
  useWatched("network", "frond_network", networkStatusSchema);

/** The proofs of the epoch that is proven, or else of the open one. */
export const useProofs = (): UseQueryResult<Proofs> => useWatched("proofs", "frond_getProofs", proofsSchema);

/** A layer of the tree by its id; undefined until the tree is known, or if it has no such layer. */
export function useLayer(layerId: string): Layer | undefined {
  const { data } = useNetwork();
  return data?.layers.find((layer) => layer.layerId === BigInt(layerId));
}

/** The name of a layer, or the beginning of its id; 0 is L1. */
export function useLayerName(): (layerId: bigint) => string {
  const { data } = useNetwork();
  return (layerId) => {
    if (layerId === 0n) return "L1";
    return data?.layers.find((layer) => layer.layerId === layerId)?.name ?? `0x${layerId.toString(16).slice(0, 8)}..`;
  };
}

/** How the page stands with a server. */
export function useConnection(transport: Transport): Transport["state"] {
  const [state, setState] = useState(transport.state);
  useEffect(() => {
    setState(transport.state);
    return transport.onState(setState);
  }, [transport]);
  return state;
}
