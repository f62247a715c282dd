/** What protects a layer that charges nothing. */
export type Limits = {
  /** Transactions submitted and not yet answered. */
  readonly maxWaiting: number;
  /** Blocks cut and not yet durable; more stop execution until one is. */
  readonly maxUnsealedBlocks: number;
  /** Transactions an account may submit a second, on average, and in one burst. */
  readonly accountRate: number;
  readonly accountBurst: number;
  /** Accounts whose rate is remembered. */
  readonly maxTrackedAccounts: number;
  /** Signatures checked together at most. */
  readonly maxVerifyBatch: number;
  /** Messages waiting for a block. */
  readonly maxInbox: number;
};

export const defaultLimits: Limits = {
  maxWaiting: 20_000,
  maxUnsealedBlocks: 16,
  accountRate: 200,
  accountBurst: 1_000,
  maxTrackedAccounts: 100_000,
  maxVerifyBatch: 256,
  maxInbox: 10_000,
};
