import type { LayerOneClient } from "@frond/contracts/client";
import type { Events, StateDeclaration, ViewTypes } from "@frond/language/interface";
import {
  type Client,
  connectWallet,
  createClient,
  createReader,
  type Methods,
  type Provider,
  type Reader,
  type ReaderOptions,
} from "@frond/sdk";

/** Where the layer is. `l1` and `coordinator` are needed for deposits and claims. */
export type SessionOptions = Pick<ReaderOptions<never, never>, "url" | "transport"> & {
  readonly l1?: string | LayerOneClient;
  readonly coordinator?: string;
};

/** A connected wallet: its account on L1, and the client with the layer key that its signature gives. */
export type Connected<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes> = {
  readonly account: `0x${string}`;
  readonly client: Client<S, M, E, V>;
};

/**
 * - `disconnected`. Next: `connecting`.
 * - `connecting`: the wallet asks the person. Next: `connected`, `disconnected` when the person refuses.
 * - `connected`. Next: `disconnected`, also when the wallet's account changes.
 */
export type SessionState<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes> =
  | { readonly kind: "disconnected" | "connecting" }
  | ({ readonly kind: "connected" } & Connected<S, M, E, V>);

/** The connections of a page: a reader from the beginning, and a client once a wallet is connected. */
export type Session<S extends StateDeclaration, M extends Methods, E extends Events, V extends ViewTypes> = {
  /** The client if there is one, else a reader, which is opened at the first call. @throws as `createReader` does */
  reader(): Promise<Reader<S, E, V>>;
  readonly state: SessionState<S, M, E, V>;
  onState(listener: () => void): () => void;
  /** @throws as `connectWallet` and `createClient` do, and the wallet's own error when the person refuses */
  connect(provider: Provider): Promise<Connected<S, M, E, V>>;
  /** Forgets the key. */
  disconnect(): void;
  /** Ends every connection. The next use opens one again. */
  close(): void;
};

/** What wallets tell beside EIP-1193's `request`. */
type Emitter = {
  on?(event: "accountsChanged", listener: () => void): void;
  removeListener?(event: "accountsChanged", listener: () => void): void;
};

export function createSession<
  const S extends StateDeclaration,
  const M extends Methods,
  const E extends Events,
  const V extends ViewTypes,
>(application: ReaderOptions<S, M, E, V>["application"], options: SessionOptions): Session<S, M, E, V> {
  const { l1, coordinator, ...place } = options;
  const listeners = new Set<() => void>();
  let state: SessionState<S, M, E, V> = { kind: "disconnected" };
  let opening: Promise<Reader<S, E, V>> | undefined;
  let stopListening = () => {};

  function set(next: SessionState<S, M, E, V>): void {
    if (state.kind === "connected") void state.client.close();
    state = next;
    for (const listener of [...listeners]) listener();
  }

  function open(): Promise<Reader<S, E, V>> {
    opening ??= createReader<S, M, E, V>({ ...place, application }).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  /** Whoever used it uses the client now. */
  function closeReader(): void {
    opening?.then((reader) => reader.close()).catch(() => {});
    opening = undefined;
  }

  function disconnect(): void {
    stopListening();
    if (state.kind !== "disconnected") set({ kind: "disconnected" });
  }

  async function connect(provider: Provider & Emitter): Promise<Connected<S, M, E, V>> {
    disconnect();
    const connecting: SessionState<S, M, E, V> = { kind: "connecting" };
    set(connecting);
    try {
      const { layer } = await open();
      const wallet = await connectWallet(provider, { chainId: layer.chainId });
      const own = { wallet, ...(l1 !== undefined && { l1 }), ...(coordinator !== undefined && { coordinator }) };
      const client = await createClient<S, M, E, V>({ ...place, ...own, application });
      const connected = { account: wallet.account.address, client };
      // Disconnected meanwhile, or connected with another wallet.
      if (state !== connecting) void client.close();
      else {
        set({ kind: "connected", ...connected });
        closeReader();
      }
      provider.on?.("accountsChanged", disconnect);
      stopListening = () => provider.removeListener?.("accountsChanged", disconnect);
      return connected;
    } catch (error) {
      if (state === connecting) set({ kind: "disconnected" });
      throw error;
    }
  }

  return {
    reader: async () => (state.kind === "connected" ? state.client : await open()),
    get state() {
      return state;
    },
    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    connect,
    disconnect,
    close() {
      disconnect();
      closeReader();
    },
  };
}
