import { sleep } from "@frond/foundation";
import type { Events, StateDeclaration, ViewArguments, ViewResult, ViewTypes } from "@frond/language/interface";
import { LAST_TIME } from "@frond/protocol";
import {
  type EventFilter,
  type EventPage,
  type LayerEvent,
  type Methods,
  TransportError,
  type ViewOptions,
} from "@frond/sdk";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { keyText } from "./keyText.ts";
import type { ProviderOf } from "./provider.ts";

/** Between two questions: others change the state meanwhile. */
const VIEW_MILLISECONDS = 2_000;
/** Before a node that is away is asked again. */
const PAUSE_MILLISECONDS = 1_000;
const PAGE = 1_000;
const MOST_EVENTS = 100;

export type EventsOptions<F> = {
  readonly filter?: EventFilter<F>;
  /** The first block; by default those that are still to come. */
  readonly fromBlock?: number;
  /** How many are kept, the newest; 100 by default. */
  readonly most?: number;
};

export type EventsResult<F> = {
  /** Oldest first; undefined until the node has answered. */
  readonly data: readonly LayerEvent<F>[] | undefined;
  /** What the node refuses for good. */
  readonly error: Error | null;
};

export function createViewHooks<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes>(
  usePlace: ProviderOf<S, M, E, V>["usePlace"],
) {
  /**
   * What a view answers, asked again every two seconds: `useView("price", { amount })`. Nothing is asked while `args`
   * is undefined. With `block`, the answer after that sealed block, once.
   */
  function useView<const N extends keyof V & string>(
    view: N,
    args: ViewArguments<V[N]> | undefined,
    options: ViewOptions = {},
  ): UseQueryResult<ViewResult<V[N]>> {
    const { session, key } = usePlace();
    return useQuery({
      queryKey: [...key, "view", view, keyText([args, options.block])],
      queryFn: async () => await (await session.reader()).views[view](args!, options),
      enabled: args !== undefined,
      refetchInterval: options.block === undefined ? VIEW_MILLISECONDS : false,
    });
  }

  /** The newest events of a kind, live: `useEvents("swapped", { filter: { account }, fromBlock: 1 })`. */
  function useEvents<const N extends keyof E & string>(
    event: N,
    options: EventsOptions<E[N]> = {},
  ): EventsResult<E[N]> {
    const { session } = usePlace();
    const { filter, fromBlock, most = MOST_EVENTS } = options;
    const [result, setResult] = useState<EventsResult<E[N]>>(NOTHING);

    // Filters are compared by what they say.
    useEffect(() => {
      const over = new AbortController();
      const { signal } = over;
      const show = (page: EventPage<E[N]>) =>
        setResult(({ data = [] }) => ({ data: follow(data, page).slice(-most), error: null }));
      async function read(): Promise<void> {
        const reader = (await session.reader()).events[event];
        const kept = filter === undefined ? {} : { filter };
        // Without a block, nothing is before the first of those to come.
        const from = fromBlock === undefined ? { fromTime: LAST_TIME } : { fromBlock };
        let cursor: string | undefined;
        for (let isEnd = false; !isEnd && !signal.aborted; ) {
          const page = await reader.query({ ...kept, ...(cursor === undefined ? from : { cursor }), limit: PAGE });
          ({ cursor, isEnd } = page);
          if (!signal.aborted) show(fromBlock === undefined ? { ...page, events: [] } : page);
        }
        const pages = reader.watch({ ...kept, ...(cursor !== undefined && { cursor }), signal });
        for await (const page of pages) if (!signal.aborted) show(page);
      }
      async function readOnceThere(): Promise<void> {
        while (!signal.aborted) {
          setResult(NOTHING);
          try {
            return await read();
          } catch (error) {
            if (!(error instanceof TransportError)) throw error;
            await sleep(PAUSE_MILLISECONDS, { signal });
          }
        }
      }
      readOnceThere().catch((error: Error) => {
        if (!signal.aborted) setResult(({ data }) => ({ data, error }));
      });
      return () => over.abort();
    }, [session, event, keyText([filter]), fromBlock, most]);
    return result;
  }

  return { useView, useEvents };
}

const NOTHING = { data: undefined, error: null };

/** Events with those of the next page: what was set back is gone. */
function follow<F>(events: readonly LayerEvent<F>[], { events: more, setBack }: EventPage<F>): LayerEvent<F>[] {
  const kept = setBack === undefined ? events : events.filter(({ block }) => block <= setBack.through);
  return [...kept, ...more];
}
