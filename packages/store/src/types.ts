import type { Field, Signature } from "@frond/foundation";
import type { BlockWitness, LeafStore, Message, NodeStore, Transaction } from "@frond/protocol";

/** Whose state a store holds. A store opened for another layer, application or tree shape is refused. */
export type StoreIdentity = {
  readonly layerId: Field;
  readonly application: string;
  /** Distinguishes two versions of one application: any stable text, such as a hash of its program. */
  readonly programDigest: string;
  readonly entryWidth: number;
};

/**
 * A message on its way into the layer. `position` grows strictly within a `source` (see sources.ts; for L1, the
 * deposit's number), so that none is consumed twice. Links of bundles come from `BUNDLE_SOURCE`, which has no order and
 * no cursor.
 */
export type IncomingMessage = { readonly message: Message; readonly source: string; readonly position: number };

/**
 * What the sequencer did, in order, since the last block that the store holds. Replaying it gives the same working
 * state, because a block is opened by its own record, which carries everything that its transactions can see.
 */
export type LogRecord =
  | {
      readonly kind: "open";
      readonly block: number;
      readonly slot: number;
      readonly epoch: number;
      /** What a transaction in this block pays. */
      readonly fee: bigint;
    }
  | { readonly kind: "message"; readonly incoming: IncomingMessage }
  | ({ readonly kind: "transaction" } & LoggedTransaction);

/**
 * A transaction as it was executed; `fee` is what it pays. A leg of a bundle consumes and produces its links with it.
 */
export type LoggedTransaction = { readonly hash: Field; readonly transaction: Transaction; readonly fee: bigint };

/**
 * A transaction that a set-back has left without a place. `slot` is the slot of its first place ever: what a
 * transaction needs was there by then, so whatever it needs of other layers has a lower slot, however often each was
 * executed again.
 */
export type PendingTransaction = LoggedTransaction & { readonly slot: number };

/** A record's place in the log; grows by one, and never starts again. */
export type LogPosition = number;

export type BlockStatus = "sealed" | "proven" | "settled";

/**
 * A block without its witness. Numbers are 1, 2, 3..; slots grow, and may leave gaps. `sealedAt` is in milliseconds
 * since 1970.
 */
export type BlockRecord = {
  readonly number: number;
  readonly slot: number;
  readonly epoch: number;
  readonly size: string;
  readonly status: BlockStatus;
  readonly transactions: readonly Field[];
  /** What a transaction paid that was new in this block (one of a removed block keeps its fee). */
  readonly fee: bigint;
  /** In the order handled, then links of bundles; says which deposits the block used up. */
  readonly consumed: readonly IncomingMessage[];
  readonly produced: readonly Message[];
  readonly stateRootBefore: Field;
  readonly stateRootAfter: Field;
  readonly messagesHash: Field;
  readonly dataHash: Field;
  /** Entries of the witness set: existing ones, and new keys. */
  readonly entries: number;
  readonly inserts: number;
  readonly sealedAt: number;
  /** The sequencer's, over the block's statement (`signBlock` of the protocol). */
  readonly signature: Signature;
};

/** Where a sealed transaction is. */
export type TransactionPlace = { readonly block: number; readonly position: number };

/** A write set over the tree, and the block that it makes: committed together or not at all. */
export type BlockCommit = {
  readonly block: BlockRecord;
  readonly witness: BlockWitness;
  /** Changed nodes, by `level` and `index`. */
  readonly nodes: readonly { readonly level: number; readonly index: number; readonly value: Field }[];
  /** Changed leaves. */
  readonly leaves: readonly { readonly index: number; readonly leaf: StoredLeaf }[];
  /** Records of the log up to and including this one are in the block now. */
  readonly logThrough: LogPosition;
};

/** Why a transaction that was promised once is in no block any more, since the rebase to `session`. */
export type DroppedTransaction = {
  readonly hash: Field;
  readonly code: string;
  readonly message: string;
  readonly session: number;
  /** Whether it was a leg of a bundle. */
  readonly isLeg: boolean;
};

/** A pending transaction and its position in the list that the rollback was given. */
export type PendingRow = { readonly position: number; readonly transaction: PendingTransaction };

/** Rows of pending transactions that leave, by their positions in the list that the rollback was given. */
export type PendingRemoval = {
  /** Executed again. The slot of the first place is kept in the table `firstSlots`, under the hash as 0x hex. */
  readonly executed: readonly number[];
  /** Dropped. The reason is kept in the table `dropped`, under the hash as 0x hex. */
  readonly dropped: readonly { readonly position: number; readonly reason: DroppedTransaction }[];
};

/** What a rollback leaves to be done: kept with it, so that a rebase goes on after a crash where it was. */
export type RebaseRecord = {
  /** Grows with each rebase. Kept as `session` in the table `metadata`. */
  readonly session: number;
  /** What comes next belongs to it. Kept as `epoch` in the table `metadata`. */
  readonly epoch: number;
  /** The highest slot that was ever used: the next block's is greater. Kept as `slot` in the table `metadata`. */
  readonly slot: number;
  /** To execute again, in order. */
  readonly transactions: readonly PendingTransaction[];
  /** Kept in the table `dropped`, under the hash as 0x hex. */
  readonly dropped: readonly DroppedTransaction[];
};

/** A leaf as the indexed tree gives it. */
export type StoredLeaf = NonNullable<ReturnType<LeafStore["get"]>>;

/**
 * Durable values under text keys. `put` and `delete` are durable when their promise resolves; reads see every write
 * issued before.
 */
export interface Table<T> {
  get(key: string): T | undefined;
  put(key: string, value: T): Promise<void>;
  delete(key: string): Promise<void>;
  /** In the order of the keys' bytes. */
  entries(range?: { readonly start?: string; readonly end?: string }): Iterable<readonly [key: string, value: T]>;
}

export type TableName = "metadata" | "epochs" | "proofs" | "jobs" | "cursors" | "dropped" | "firstSlots";

/** Tables that belong to no layer. Names are made up by who uses them. */
export interface Tables {
  table<T>(name: string): Table<T>;
  /** Waits for writes under way. Closing twice does nothing. */
  close(): Promise<void>;
}

/**
 * Everything a layer's node must not lose. Reads are synchronous. Whatever is acknowledged (a resolved promise) is on
 * disk.
 */
export interface Store {
  readonly identity: StoreIdentity;
  /** Reads of the tree as of the last block; `set` throws, for the tree changes only by `commitBlock`. */
  readonly nodes: NodeStore;
  readonly leaves: LeafStore;

  /** Appends records in order, all or none, and gives the position of the last. */
  append(records: readonly LogRecord[]): Promise<LogPosition>;
  /** The log since the last block, oldest first. */
  log(): Iterable<{ readonly position: LogPosition; readonly record: LogRecord }>;

  /**
   * Adds a block atomically: tree, block, witness, places of transactions, cursors of sources, end of the log. Numbers
   * must follow one another.
   */
  commitBlock(commit: BlockCommit): Promise<void>;
  /** 0 when there is none. */
  lastBlockNumber(): number;
  block(number: number): BlockRecord | undefined;
  witness(number: number): BlockWitness | undefined;
  /** A settled block, and those before it, can't be rolled back any more. */
  setBlockStatus(number: number, status: BlockStatus): Promise<void>;
  /**
   * Undoes the blocks above `through`: tree, cursors, places, records, witnesses. Clears the log, and keeps what is
   * pending instead. All at once or not at all.
   * @throws BlockSettledError
   */
  rollback(options: { readonly through: number; readonly pending: RebaseRecord }): Promise<void>;
  /** The transactions of the last rollback that `removePending` has not removed, in the order that it was given. */
  pending(): Iterable<PendingRow>;
  /**
   * Removes pending transactions, and keeps what `PendingRemoval` says of them: one write. Unknown positions are
   * ignored.
   */
  removePending(removal: PendingRemoval): Promise<void>;
  transactionPlace(hash: Field): TransactionPlace | undefined;
  /** The position of the last message of `source` in a committed block; undefined when there is none. */
  cursor(source: string): number | undefined;

  /** Values are kept by structured clone: plain data, bigints, byte arrays, maps. */
  table<T>(name: TableName): Table<T>;
  /** Makes reads in this turn see what another thread has committed. */
  refresh(): void;
  /** Waits for writes under way. Closing twice does nothing. */
  close(): Promise<void>;
}
