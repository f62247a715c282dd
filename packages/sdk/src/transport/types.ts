import type { RpcError } from "../errors.ts";

export type RpcCall = { readonly method: string; readonly params: unknown };
export type RpcOutcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: RpcError };

/**
 * How a transport stands with its node.
 * - `idle`: nothing was asked yet, or the connection is not needed now. Next: `connecting`.
 * - `connecting`: the first attempt is under way. Next: `connected`, `reconnecting`.
 * - `connected`: the node answers. Next: `reconnecting`, `idle`, `closed`.
 * - `reconnecting`: the node does not answer. `attempt` counts from 1, `pauseMilliseconds` is the pause before it.
 *   Next: `connected`, `idle`, `closed`.
 * - `closed`: by `close`. Nothing comes next.
 */
export type ConnectionState =
  | { readonly kind: "idle" | "connecting" | "connected" | "closed" }
  | {
      readonly kind: "reconnecting";
      readonly attempt: number;
      readonly pauseMilliseconds: number;
      readonly reason: string;
    };

/** What a node can be asked to tell. `entries` names entries of the state by their keys. */
export type Topic =
  | { readonly topic: "transactions" | "blocks" | "epochs" | "events" | "refused" }
  /** Of a coordinator: what it shows, at first as it is now. */
  | { readonly topic: "network" | "proofs" }
  | { readonly topic: "entries"; readonly keys: readonly `0x${string}`[] };

export type SubscriptionListener = {
  onEvent(event: unknown): void;
  /**
   * The connection was away, and there may have been events that are lost: read again what depends on them. Blocks and
   * epochs are fetched instead, as long as they are not too many; `entries` begin with the present values anyway.
   */
  onMissed?(): void;
};

/** Ends a subscription. Never rejects: a node that is away has forgotten the subscription. */
export type Unsubscribe = () => Promise<void>;

/** A connection to a node. `send` returns the outcomes in the order of the calls. */
export interface Transport {
  readonly url: string;
  readonly state: ConnectionState;
  /** Calls `listener` at every change of `state`, until the function that this returns is called. */
  onState(listener: (state: ConnectionState) => void): () => void;
  /** @throws {@link TransportError} when the node can't be reached or does not answer in time */
  send(calls: readonly RpcCall[]): Promise<RpcOutcome[]>;
  /**
   * Subscribes, and again after every loss of the connection. Only WebSocket transports implement it.
   * @throws {@link TransportError}, {@link RpcError} when the first subscription fails
   */
  subscribe?(topic: Topic, listener: SubscriptionListener): Promise<Unsubscribe>;
  close(): Promise<void>;
}

export type TransportOptions = {
  /** Within which a call must be answered, and a connection be open; by default 30. */
  readonly timeoutSeconds?: number;
  /** Before the second attempt to connect again, twice as long before each one after it; by default 250. */
  readonly pauseMilliseconds?: number;
  /** By default 30,000. */
  readonly longestPauseMilliseconds?: number;
};
