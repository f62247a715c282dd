import type { Field, Signature } from "@frond/foundation";
import type {
  BlockWitness,
  CommitteeSignature,
  ForcedTransaction,
  LeafStore,
  Message,
  NodeStore,
  Transaction,
} from "@frond/protocol";

/** The layer whose state a store holds. Opening a store with another layer, application or tree shape fails. */
export type StoreIdentity = {
  readonly layerId: Field;
  readonly application: string;
  /** Distinguishes two versions of one application: any stable text, such as a hash of the program. */
  readonly programDigest: string;
  readonly entryWidth: number;
};

/**
 * A message on its way into the layer. `position` grows strictly within a `source`, so that no message is consumed
 * twice (see sources.ts; the position of an L1 deposit is the deposit's number). Links of bundles come from
 * `BUNDLE_SOURCE`, which has neither an order nor a cursor.
 */
export type IncomingMessage = {
  readonly message: Message;
  readonly source: string;
  readonly position: number;
  /** What the message demands, if it is one of L1 that demands a forced transaction. */
  readonly forced?: ForcedCall;
};

/** A forced transaction; `problem` says why it is invalid, once a block has taken it and shown that it is. */
export type ForcedCall = { readonly transaction: ForcedTransaction; readonly problem?: string };

/**
 * One action of the sequencer since the last committed block, in order. Replaying the records reproduces the working
 * state: a block is opened by its own record, and that record holds everything that the block's transactions can read.
 */
export type LogRecord =
  | {
      readonly kind: "open";
      readonly block: number;
      readonly time: number;
      readonly epoch: number;
      /** The fee of a transaction in this block. */
      readonly fee: bigint;
    }
  | { readonly kind: "message"; readonly incoming: IncomingMessage }
  | ({ readonly kind: "transaction" } & LoggedTransaction);

/**
 * An executed transaction; `fee` is the fee that the transaction pays. A bundle leg consumes and produces its links as
 * part of the transaction.
 */
export type LoggedTransaction = { readonly hash: Field; readonly transaction: Transaction; readonly fee: bigint };

/**
 * A transaction that a rollback has left without a place. `time` is the time of the transaction's first place.
 * Everything that the transaction needs from other layers existed by then, so it has a lower time, however often
 * transactions were executed again since.
 */
export type PendingTransaction = LoggedTransaction & { readonly time: number };

/** A record's position in the log. Positions grow by one and never restart. */
export type LogPosition = number;

export type BlockStatus = "sealed" | "proven" | "settled";

/**
 * A block without its witness. Numbers are 1, 2, 3..; times grow and may have gaps. `sealedAt` is in milliseconds since
 * 1970.
 */
export type BlockRecord = {
  readonly number: number;
  readonly time: number;
  readonly epoch: number;
  readonly size: string;
  readonly status: BlockStatus;
  readonly transactions: readonly Field[];
  /** The fee of a transaction that was new in this block. A transaction of a rolled-back block keeps its old fee. */
  readonly fee: bigint;
  /**
   * Messages in the order in which they were handled, then links of bundles. Determines the deposits that the block
   * used up.
   */
  readonly consumed: readonly IncomingMessage[];
  readonly produced: readonly Message[];
  readonly stateRootBefore: Field;
  readonly stateRootAfter: Field;
  readonly messagesHash: Field;
  readonly dataHash: Field;
  /** The words that the block publishes (docs/protocol.md 9). */
  readonly publicWords: readonly Field[];
  /** The hash of the words that the block leaves to the layer's committee; 0 if it leaves none. */
  readonly committeeHash: Field;
  /** Members of the committee that hold these words, in the order of their numbers. */
  readonly committeeSignatures: readonly CommitteeSignature[];
  /** The number of witness-set entries for existing keys. `inserts` is the number of new keys. */
  readonly entries: number;
  readonly inserts: number;
  readonly sealedAt: number;
  /** The sequencer's signature over the block's statement (`signBlock` of the protocol). */
  readonly signature: Signature;
};

/** The block and position of a sealed transaction. */
export type TransactionPlace = { readonly block: number; readonly position: number };

/** What a transaction, or the handler of a message, has emitted. */
export type KeptEvent = {
  readonly name: string;
  /** The values by the names of the event's flattened fields. */
  readonly fields: Readonly<Record<string, Field>>;
  /** The hash of the transaction, or the forced hash of a forced one; undefined if a message caused the event. */
  readonly transaction?: Field;
  /** The layer whose message caused the event; 0 is L1. */
  readonly from?: Field;
};

/** The events of a block, in their order. */
export type BlockEvents = {
  readonly block: number;
  readonly time: number;
  readonly epoch: number;
  readonly events: readonly KeptEvent[];
};

/** A rollback, as `setBacks` of the table `metadata` lists the last {@link KEPT_SET_BACKS}. */
export type SetBackPlace = { readonly session: number; readonly through: number };

/** A block and the tree changes that it makes. The store commits both or neither. */
export type BlockCommit = {
  readonly block: BlockRecord;
  readonly witness: BlockWitness;
  /** The changed nodes, by `level` and `index`. */
  readonly nodes: readonly { readonly level: number; readonly index: number; readonly value: Field }[];
  /** The changed leaves. */
  readonly leaves: readonly { readonly index: number; readonly leaf: StoredLeaf }[];
  /** The block contains the log records up to and including this position. */
  readonly logThrough: LogPosition;
  /** What the block's transactions and messages have emitted; nothing unless given. */
  readonly events?: readonly KeptEvent[];
};

/** A transaction that was promised once and dropped after the set-back to `session`, with the reason. */
export type DroppedTransaction = {
  readonly hash: Field;
  readonly code: string;
  readonly message: string;
  readonly session: number;
  /** Whether the transaction was a leg of a bundle. */
  readonly isLeg: boolean;
};

/** A pending transaction and its position in `SetBackRecord.transactions`. */
export type PendingRow = { readonly position: number; readonly transaction: PendingTransaction };

/** Pending transactions to remove, by their positions in `SetBackRecord.transactions`. */
export type PendingRemoval = {
  /**
   * Executed transactions. The time of their first place is stored in the table `firstTimes`, by the hash as 0x hex.
   */
  readonly executed: readonly number[];
  /** Dropped transactions. The reason is stored in the table `dropped`, by the hash as 0x hex. */
  readonly dropped: readonly { readonly position: number; readonly reason: DroppedTransaction }[];
};

/**
 * The epoch of the next block. `after` is the end of the epoch before: the block needs a greater time. Stored as
 * `epoch` in the table `metadata`, as one value, so that a crash never parts the two.
 */
export type EnteredEpoch = { readonly epoch: number; readonly after: number };

/**
 * The work that a rollback leaves, committed together with the rollback: a set-back resumes from this record after a
 * crash.
 */
export type SetBackRecord = {
  /** Grows with each set-back. Stored as `session` in the table `metadata`. */
  readonly session: number;
  /** The epoch of the blocks that follow. Stored with `after`, an {@link EnteredEpoch}. */
  readonly epoch: number;
  /** The end of the epoch before. */
  readonly after: number;
  /**
   * The highest time that was ever used. The next block needs a greater time. Stored as `time` in the table `metadata`.
   */
  readonly time: number;
  /** The transactions to execute again, in order. */
  readonly transactions: readonly PendingTransaction[];
  /** Stored in the table `dropped`, by the hash as 0x hex. */
  readonly dropped: readonly DroppedTransaction[];
};

/** A leaf in the form that the indexed tree returns. */
export type StoredLeaf = NonNullable<ReturnType<LeafStore["get"]>>;

/**
 * Durable values by text key. The promises of `put` and `delete` resolve when the write is durable. Reads see every
 * write that was issued before.
 */
export interface Table<T> {
  get(key: string): T | undefined;
  put(key: string, value: T): Promise<void>;
  delete(key: string): Promise<void>;
  /** Entries in the byte order of their keys. `start` is inclusive, `end` is exclusive. */
  entries(range?: { readonly start?: string; readonly end?: string }): Iterable<readonly [key: string, value: T]>;
}

export type TableName = "metadata" | "epochs" | "proofs" | "jobs" | "cursors" | "dropped" | "firstTimes";

/** A change of one row: sets the value, or removes the row if the value is undefined. */
export type TableChange = { readonly table: string; readonly key: string; readonly value: unknown };

/** Tables that belong to no layer. The caller chooses the names. */
export interface Tables {
  table<T>(name: string): Table<T>;
  /** Writes all changes atomically; resolves when they are durable. Values are copied at the call. */
  write(changes: readonly TableChange[]): Promise<void>;
  /** Waits for writes in flight, then closes. A second call has no effect. */
  close(): Promise<void>;
}

/** All durable data of a layer's node. Reads are synchronous. A write is on disk when its promise resolves. */
export interface Store {
  readonly identity: StoreIdentity;
  /**
   * Reads the tree as of the last block. `set` throws {@link ReadOnlyTreeError}: only `commitBlock` changes the tree.
   */
  readonly nodes: NodeStore;
  readonly leaves: LeafStore;

  /** Appends all records in order, or none. Returns the position of the last record. */
  append(records: readonly LogRecord[]): Promise<LogPosition>;
  /** The log records since the last block, oldest first. */
  log(): Iterable<{ readonly position: LogPosition; readonly record: LogRecord }>;

  /** Writes the tree before the first block, atomically. For a store that is empty: see `beginStore`. */
  begin(tree: Pick<BlockCommit, "nodes" | "leaves">): Promise<void>;
  /**
   * Adds a block atomically: tree, block, witness, transaction places and source cursors. Removes the records that the
   * block contains from the log.
   * @throws {@link BlockOrderError} when the block does not follow the last block
   */
  commitBlock(commit: BlockCommit): Promise<void>;
  /** The number of the last block; 0 when there is none. */
  lastBlockNumber(): number;
  block(number: number): BlockRecord | undefined;
  witness(number: number): BlockWitness | undefined;
  /** The events of blocks that have some, from block `from` on. They are rolled back and pruned with their blocks. */
  events(from: number): Iterable<BlockEvents>;
  /**
   * A block with the status `settled`, and every block before it, can't be rolled back any more.
   * @throws {@link NotStoredError} when there is no such block
   */
  setBlockStatus(number: number, status: BlockStatus): Promise<void>;
  /**
   * Undoes the blocks above `through` atomically: tree, cursors, places, records, witnesses. Replaces the log by
   * `pending`.
   * @throws {@link BlockSettledError} when one of these blocks has settled
   */
  rollback(options: { readonly through: number; readonly pending: SetBackRecord }): Promise<void>;
  /** The transactions of the last rollback that `removePending` has not removed, in their order. */
  pending(): Iterable<PendingRow>;
  /** Removes pending transactions and stores their times and reasons, in one write. Unknown positions are ignored. */
  removePending(removal: PendingRemoval): Promise<void>;
  /**
   * Removes the oldest settled blocks of epochs up to `throughEpoch`, with their witnesses, the places and the first
   * times of their transactions; at most 256 blocks at once. The last block stays.
   */
  prune(throughEpoch: number): Promise<void>;
  /** The number of the oldest block that is kept; 0 when there is none. */
  firstBlockNumber(): number;
  /** The size of the file. It never shrinks; what was removed makes room for what comes. 0 in memory. */
  bytes(): number;
  transactionPlace(hash: Field): TransactionPlace | undefined;
  /** The position of the last message of `source` in a committed block; undefined when there is none. */
  cursor(source: string): number | undefined;

  /** A table of values that structured clone accepts: plain data, bigints, byte arrays, maps. */
  table<T>(name: TableName): Table<T>;
  /** Makes reads of this turn see the commits of other threads. */
  refresh(): void;
  /** Waits for writes in flight, then closes. A second call has no effect. */
  close(): Promise<void>;
}
