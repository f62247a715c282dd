/** What all connections of one remote address may cost together. */
export type AddressLimits = {
  readonly maxConnections: number;
  /** Calls a second on average, and in one burst. A batch of n counts n; a page or a refused request counts one. */
  readonly callRate: number;
  readonly callBurst: number;
  /** Calls under way at once. */
  readonly maxInFlight: number;
  /** Of requests that are being read or answered. */
  readonly maxPendingBytes: number;
  /** Of answers and news that WebSockets have not read. */
  readonly maxBufferedBytes: number;
  readonly maxSubscriptions: number;
  /** Layers that are registered, a second on average, and in one burst. */
  readonly registrationRate: number;
  readonly registrationBurst: number;
};

/** What one connection, one address, and all of them together may cost. Sizes in bytes, times in milliseconds. */
export type RpcLimits = {
  readonly maxBodyBytes: number;
  /** Of requests that are still being read or answered, all connections together. */
  readonly maxPendingBytes: number;
  readonly maxJsonDepth: number;
  readonly maxBatch: number;
  readonly maxConnections: number;
  readonly maxWebSockets: number;
  /**
   * Remote addresses that are remembered. More than `maxConnections`, so that only an address without a connection is
   * ever forgotten early.
   */
  readonly maxAddresses: number;
  /** Of one remote address; an IPv6 network of 64 bits counts as one. */
  readonly address: AddressLimits;
  /** Of this machine itself. */
  readonly loopback: AddressLimits;
  /** Calls a second from one connection on average, and in one burst. */
  readonly callRate: number;
  readonly callBurst: number;
  /** Calls of one connection under way at once. */
  readonly maxInFlight: number;
  /** Unsent bytes after which a WebSocket that does not read is closed. */
  readonly maxBufferedBytes: number;
  readonly maxSubscriptions: number;
  readonly headersTimeout: number;
  /** Of a whole request, or a whole frame of a WebSocket, from its first byte on. */
  readonly requestTimeout: number;
  readonly idleTimeout: number;
  readonly maxHeaderBytes: number;
};

const address: AddressLimits = {
  maxConnections: 128,
  callRate: 4_000,
  callBurst: 20_000,
  maxInFlight: 4_000,
  maxPendingBytes: 8_000_000,
  maxBufferedBytes: 8_000_000,
  maxSubscriptions: 64,
  registrationRate: 1 / 30,
  registrationBurst: 8,
};

/**
 * Everything that is tried out at home comes from one address: clients, the command line, a browser, the layers
 * themselves.
 */
const loopback: AddressLimits = {
  maxConnections: 1_000,
  callRate: 50_000,
  callBurst: 200_000,
  maxInFlight: 50_000,
  maxPendingBytes: 32_000_000,
  maxBufferedBytes: 64_000_000,
  maxSubscriptions: 1_000,
  registrationRate: 10,
  registrationBurst: 1_000,
};

export const defaultRpcLimits: RpcLimits = {
  maxBodyBytes: 500_000,
  maxPendingBytes: 64_000_000,
  maxJsonDepth: 16,
  maxBatch: 256,
  maxConnections: 2_000,
  maxWebSockets: 500,
  maxAddresses: 10_000,
  address,
  loopback,
  callRate: 2_000,
  callBurst: 10_000,
  maxInFlight: 2_000,
  maxBufferedBytes: 1_000_000,
  maxSubscriptions: 16,
  headersTimeout: 5_000,
  requestTimeout: 15_000,
  idleTimeout: 60_000,
  maxHeaderBytes: 8_192,
};
