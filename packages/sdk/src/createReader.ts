import {
  type ApplicationInterface,
  decodeEntry,
  type EntryOf,
  type Events,
  entryKeyOf,
  entryWidthOf,
  type Fields,
  genesisEntries,
  type NoEvents,
  type NoViews,
  type PlainKeyOf,
  type StateDeclaration,
  type ViewTypes,
} from "@frond/language/interface";
import { genesisStateRoot } from "@frond/protocol";
import { ApplicationMismatchError, GenesisMismatchError, RpcError } from "./errors.ts";
import { createEventReaders, type EventReaders } from "./events.ts";
import { createNodeApi, type LayerInfo, type LayerStatus, type NodeApi } from "./nodeApi.ts";
import type { ToldGenesis } from "./readInterface.ts";
import { createTransport } from "./transport/createTransport.ts";
import type { Transport, TransportOptions } from "./transport/types.ts";
import { createViews, type Views } from "./views.ts";
import { createEntryWatch, type EntryWatch } from "./watch/createEntryWatch.ts";

export type Methods = { readonly [name: string]: Fields };

export type ReaderOptions<
  S extends StateDeclaration,
  M extends Methods,
  E extends Events = Events,
  V extends ViewTypes = ViewTypes,
> = {
  /**
   * The address of the node, `http://` or `ws://`; or of a follower with the layer, `http://host/layers/<id>`. Over
   * `ws://` the node tells of changes, over `http://` it is asked again and again.
   */
  readonly url: string;
  /** An application, or its interface alone (`frond interface`), which is all that a page needs. */
  readonly application: ApplicationInterface<S, M, E, V>;
  /** What the layer began with, as its node tells, in place of the application's own: see `readInterface`. */
  readonly genesis?: ToldGenesis;
  readonly transport?: TransportOptions;
};

/** Who watches an entry. */
export type EntryListener<D> = {
  /** At first with the present value, then whenever it has changed. `undefined`: no transaction has written it. */
  onValue(value: EntryOf<D> | undefined): void;
  /** The node refuses for good. What passes by itself (a node that is away) is waited for without a word. */
  onError?(error: unknown): void;
};

/** Reads an entry. The entry is `undefined` if no transaction has ever written it. */
export type EntryReader<D> =
  PlainKeyOf<D> extends undefined
    ? {
        get(): Promise<EntryOf<D> | undefined>;
        watch(listener: EntryListener<D>): () => void;
      }
    : {
        get(key: PlainKeyOf<D>): Promise<EntryOf<D> | undefined>;
        /** Until the function that this returns is called. */
        watch(key: PlainKeyOf<D>, listener: EntryListener<D>): () => void;
      };

/** Reads the state of a layer; signs nothing, and needs no key. */
export type Reader<S extends StateDeclaration, E extends Events = Events, V extends ViewTypes = ViewTypes> = {
  readonly layer: LayerInfo;
  /**
   * `reader.state.pool.get()` and `reader.state.accounts.get(address)` read the state after all preconfirmed
   * transactions; of a follower, the state of the last epoch on L1. `watch` goes on reading.
   */
  readonly state: { readonly [N in keyof S]: EntryReader<S[N]> };
  /** `reader.events.swapped.query({ filter: { account } })`, and `.watch()` for those to come. */
  readonly events: EventReaders<E>;
  /** `reader.views.price({})` asks a question that the application declares. */
  readonly views: Views<V>;
  readonly node: NodeApi;
  readonly transport: Transport;
  close(): Promise<void>;
};

/** A reader, and what its client begins with. */
export type OpenedReader<S extends StateDeclaration, E extends Events, V extends ViewTypes> = Reader<S, E, V> & {
  readonly status: LayerStatus;
};

/**
 * Connects to a node of a layer, or to a follower, and returns a reader typed by the layer's application.
 * @throws {@link ApplicationMismatchError} when the node runs another application
 * @throws {@link GenesisMismatchError} when the layer has begun with another state than the application's
 * @throws {@link TransportError} when the node does not answer
 */
export async function createReader<
  const S extends StateDeclaration,
  const M extends Methods,
  const E extends Events = NoEvents,
  const V extends ViewTypes = NoViews,
>(options: ReaderOptions<S, M, E, V>): Promise<Reader<S, E, V>> {
  const { status: _, ...reader } = await openReader(options);
  return reader;
}

/** The same, with the status that was read. */
export async function openReader<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes>(
  options: ReaderOptions<S, M, E, V>,
): Promise<OpenedReader<S, E, V>> {
  const application = options.application as ApplicationInterface;
  const transport = createTransport(options.url, options.transport);
  const node = createNodeApi(transport);
  try {
    const [layer, name, status] = await Promise.all([node.layer(), nameAt(node), node.status()]);
    if (name !== undefined && name !== application.name) throw new ApplicationMismatchError(application.name, name);
    const { genesisStateRoot: begunWith } = layer.config;
    const { entryWidth, entries } = options.genesis ?? {
      entryWidth: entryWidthOf(application),
      entries: genesisEntries(application),
    };
    if (begunWith !== genesisStateRoot(entryWidth, entries)) {
      throw new GenesisMismatchError(application.name, begunWith);
    }
    const watch = createEntryWatch({ node, transport });
    return {
      layer,
      status,
      state: stateOf(application, { node, watch }) as Reader<S>["state"],
      events: createEventReaders(application, transport),
      views: createViews(application, transport),
      node,
      transport,
      async close() {
        watch.close();
        await transport.close();
      },
    };
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/** The name of the application that a node runs; undefined at a follower, for names are not published. */
async function nameAt(node: NodeApi): Promise<string | undefined> {
  try {
    return (await node.application()).name;
  } catch (error) {
    if (error instanceof RpcError && error.code === "rpc/not-published") return undefined;
    throw error;
  }
}

type Ports = { readonly node: NodeApi; readonly watch: EntryWatch };

function stateOf(application: ApplicationInterface, { node, watch }: Ports) {
  const readerOf = (map: string) => {
    const isCell = application.state[map]!.keys === undefined;
    const keyOf = (key: readonly unknown[]) => entryKeyOf(application, map, ...(key as [never]));
    const decode = (values: readonly bigint[] | null | undefined) =>
      values === undefined || values === null ? undefined : decodeEntry(application, map, values);
    return {
      get: async (...key: unknown[]) => decode((await node.entry(keyOf(key))).values),
      watch(...given: unknown[]) {
        const [listener, ...key] = isCell ? given : [given[1], given[0]];
        const { onValue, onError } = listener as EntryListener<StateDeclaration[string]>;
        return watch.add(keyOf(key), {
          onValues: (values) => onValue(decode(values)),
          onError: (error) => onError?.(error),
        });
      },
    };
  };
  return Object.fromEntries(Object.keys(application.state).map((map) => [map, readerOf(map)]));
}
