/** The capacities of one block circuit (docs/protocol.md 3). */
export type BlockSize = {
  readonly name: string;
  /** N: signed transactions. */
  readonly transactions: number;
  /** W: entries of the witness set, new ones included. */
  readonly entries: number;
  /** I: places for new keys, the last of the W. */
  readonly inserts: number;
  /** Mc, at most 32. */
  readonly consumed: number;
  /** Mp, at most 32. */
  readonly produced: number;
};
