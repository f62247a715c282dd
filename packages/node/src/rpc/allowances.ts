import { createBucket } from "@frond/foundation";
import { callsTooFast, nodeBusy, tooManyInFlight, tooManySubscriptions } from "./errors.ts";
import type { AddressLimits, RpcLimits } from "./limits.ts";
import { toRemoteAddress } from "./remoteAddress.ts";

/** What one remote address may still do. Each part is given back when it is over. */
export type Allowance = {
  /** Takes calls. @throws RpcError rate-limited, too-many-in-flight */
  begin(calls: number): void;
  end(calls: number): void;
  /** Takes bytes of a request. @throws RpcError busy */
  hold(bytes: number): void;
  release(bytes: number): void;
  /** @throws RpcError too-many-subscriptions */
  subscribe(): void;
  unsubscribe(): void;
  /** Takes the registration of a layer. @throws RpcError rate-limited */
  register(): void;
  /** Notes a WebSocket, whose unsent bytes count from now on until the function that this returns is called. */
  follow(socket: { readonly bufferedAmount: number }): () => void;
  /** Whether the unsent bytes of all WebSockets together are above the limit. */
  isOverflowing(): boolean;
  /** The connection has ended. */
  leave(): void;
};

/** What every remote address may still do. */
export type Allowances = {
  /** Takes a connection of an address; undefined if it has as many as it may. */
  enter(remoteAddress: string | undefined): Allowance | undefined;
  readonly connections: number;
  /** Addresses that are remembered. */
  readonly size: number;
};

type Entry = ReturnType<typeof createEntry>;

const SWEEP_MILLISECONDS = 1_000;

/**
 * Keeps an allowance for each remote address. An address is forgotten when it has no connection and its calls have
 * refilled; if there are more than `maxAddresses`, the oldest one without a connection is.
 */
export function createAllowances(
  limits: Pick<RpcLimits, "address" | "loopback" | "maxAddresses" | "maxPendingBytes">,
  clock = () => performance.now(),
): Allowances {
  const entries = new Map<string, Entry>();
  const all = { pendingBytes: 0, connections: 0 };
  let sweptAt = clock();

  function sweep(): void {
    if (clock() - sweptAt < SWEEP_MILLISECONDS) return;
    sweptAt = clock();
    for (const [name, entry] of entries) if (entry.isAsNew()) entries.delete(name);
  }

  function entryOf(remoteAddress: string | undefined): Entry | undefined {
    const { name, isLoopback } = toRemoteAddress(remoteAddress);
    const known = entries.get(name);
    if (known !== undefined) return known;
    sweep();
    if (entries.size >= limits.maxAddresses) {
      const oldest = [...entries].find(([, { connections }]) => connections === 0)?.[0];
      if (oldest === undefined) return undefined;
      entries.delete(oldest);
    }
    const own = isLoopback ? limits.loopback : limits.address;
    const entry = createEntry(own, { all, most: limits.maxPendingBytes, clock });
    entries.set(name, entry);
    return entry;
  }

  return {
    enter: (remoteAddress) => entryOf(remoteAddress)?.enter(),
    get connections() {
      return all.connections;
    },
    get size() {
      return entries.size;
    },
  };
}

/** The state of one address. */
function createEntry(
  limits: AddressLimits,
  shared: { readonly all: { pendingBytes: number; connections: number }; most: number; clock: () => number },
) {
  const { all, most, clock } = shared;
  const calls = createBucket({ rate: limits.callRate, burst: limits.callBurst }, clock);
  const registrations = createBucket({ rate: limits.registrationRate, burst: limits.registrationBurst }, clock);
  const sockets = new Set<{ readonly bufferedAmount: number }>();
  let [connections, inFlight, pendingBytes, subscriptions] = [0, 0, 0, 0];

  const allowance: Allowance = {
    begin(count) {
      if (inFlight + count > limits.maxInFlight) throw tooManyInFlight(limits.maxInFlight);
      const wait = calls.take(count);
      if (wait > 0) throw callsTooFast(wait);
      inFlight += count;
    },
    end(count) {
      inFlight -= count;
    },
    hold(bytes) {
      if (pendingBytes + bytes > limits.maxPendingBytes || all.pendingBytes + bytes > most) throw nodeBusy();
      pendingBytes += bytes;
      all.pendingBytes += bytes;
    },
    release(bytes) {
      pendingBytes -= bytes;
      all.pendingBytes -= bytes;
    },
    subscribe() {
      if (subscriptions >= limits.maxSubscriptions) throw tooManySubscriptions(limits.maxSubscriptions);
      subscriptions++;
    },
    unsubscribe() {
      subscriptions--;
    },
    register() {
      const wait = registrations.take(1);
      if (wait > 0) throw callsTooFast(wait);
    },
    follow(socket) {
      sockets.add(socket);
      return () => sockets.delete(socket);
    },
    isOverflowing() {
      let bytes = 0;
      for (const { bufferedAmount } of sockets) bytes += bufferedAmount;
      return bytes > limits.maxBufferedBytes;
    },
    leave() {
      connections--;
      all.connections--;
    },
  };

  return {
    get connections() {
      return connections;
    },
    enter() {
      if (connections >= limits.maxConnections) return undefined;
      connections++;
      all.connections++;
      return allowance;
    },
    isAsNew: () =>
      connections === 0 && inFlight === 0 && pendingBytes === 0 && calls.isFull() && registrations.isFull(),
  };
}
