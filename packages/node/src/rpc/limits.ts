/** What one connection, and all of them together, may cost. Sizes in bytes, times in milliseconds. */
export type RpcLimits = {
  readonly maxBodyBytes: number;
  /** Of requests that are still being read or answered over HTTP, all connections together. */
  readonly maxPendingBytes: number;
  readonly maxJsonDepth: number;
  readonly maxBatch: number;
  readonly maxConnections: number;
  readonly maxWebSockets: number;
  /** From one remote address. */
  readonly maxConnectionsPerAddress: number;
  /** Calls a second from one connection on average, and in one burst. A batch of n counts n. */
  readonly callRate: number;
  readonly callBurst: number;
  /** Calls of one connection under way at once. */
  readonly maxInFlight: number;
  /** Unsent bytes after which a WebSocket that does not read is closed. */
  readonly maxBufferedBytes: number;
  readonly maxSubscriptions: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly idleTimeout: number;
  readonly maxHeaderBytes: number;
};

export const defaultRpcLimits: RpcLimits = {
  maxBodyBytes: 500_000,
  maxPendingBytes: 64_000_000,
  maxJsonDepth: 16,
  maxBatch: 256,
  maxConnections: 2_000,
  maxWebSockets: 500,
  maxConnectionsPerAddress: 1_000,
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
