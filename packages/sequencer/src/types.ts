import type { Field, Logger, Point } from "@frond/foundation";
import type { CallFailure, Program } from "@frond/language";
import type {
  BlockSize,
  BlockWitness,
  DataMode,
  FeeRule,
  Holder,
  Message,
  Preconfirmation,
  Promised,
  Transaction,
} from "@frond/protocol";
import type { BlockEvents, BlockRecord, IncomingMessage, KeptEvent, SetBackPlace, Store } from "@frond/store";
import type { Limits } from "./limits.ts";
import type { DurableEvents } from "./promise/createEventFeed.ts";

export type { FeeRule, Preconfirmation };

export type SequencerOptions = {
  readonly program: Program;
  readonly layerId: Field;
  /** Smallest first. A block is cut when what comes next fits none of them, and has the smallest that holds it. */
  readonly sizes: readonly BlockSize[];
  /** Signs preconfirmations; its public key is the layer's `sequencerKey`. */
  readonly secret: bigint;
  /**
   * Milliseconds from the first record of an epoch's first block to its cut; twice as much with every four blocks more.
   * Blocks without records are not made.
   */
  readonly blockMilliseconds: number;
  /**
   * Milliseconds that a message waits at most for a block that has transactions: then the block is cut. 100 unless
   * given.
   */
  readonly messageDelayMilliseconds?: number;
  /** Milliseconds that a prepared leg of a bundle keeps its keys locked at most. 500 unless given. */
  readonly promiseMilliseconds?: number;
  /**
   * Milliseconds that a sequencer waits at most to be told the network's time before it opens its first block by the
   * wall clock. 0 unless given.
   */
  readonly timeWaitMilliseconds?: number;
  /** Where the data of the blocks goes; as the program says unless given. */
  readonly data?: DataMode;
  /** What a transaction pays; nothing unless given. */
  readonly feeRule?: FeeRule;
  readonly limits?: Partial<Limits>;
};

/**
 * A message to another layer that is durable here. `position` is its place in all that this layer ever produces: `time
 * * 64 + index in the block`.
 */
export type OutgoingMessage = {
  readonly message: Message;
  readonly position: number;
  readonly block: number;
  readonly time: number;
  readonly epoch: number;
};

/** A transaction that was promised once, and is dropped now. */
export type DroppedCall = {
  readonly transaction: Transaction;
  readonly reason: { readonly code: string; readonly message: string };
};

/** A transaction that a set-back has to leave out, and what its sender is told. */
export type Drop = { readonly hash: Field; readonly code: string; readonly message: string };

export type SetBackOptions = {
  /** The last block that stays. */
  readonly through: number;
  readonly epoch: number;
  /** Greater than every session before; a set-back to a session already reached does nothing. */
  readonly session: number;
  /** The end of the epoch before `epoch`, see `closeEpoch`; unless given, what was said last. */
  readonly after?: number;
  /** Of the last block that the coordinator has taken. A layer that ran ahead of the network's time goes on from it. */
  readonly time?: number;
  readonly drop?: readonly Drop[];
};

/** Promised transactions that a set-back has left without a place. */
export type ReturningStatus = {
  readonly count: number;
  /** The lowest time; undefined if there is none. */
  readonly waiting?: number;
  /**
   * The time of the first of these, if it fails by itself, not for what passes by itself; undefined if there is none.
   */
  readonly failing?: number;
};

/** Where a layer is. Whole and consistent: what the coordinator is told. */
export type LayerPosition = {
  /** Of the last set-back; 0 before the first. */
  readonly session: number;
  /**
   * The epoch that new blocks belong to, once every block of the epochs before is durable; until then the one before.
   */
  readonly epoch: number;
  /** The last durable block. */
  readonly block: number;
  /** The last durable block of an epoch before `epoch`. */
  readonly sealed: number;
  /**
   * Of the open block, else of the last one; while the layer is held, at least the time at which its clock stands. What
   * a held layer opens after that is later by a millisecond for each block and message only.
   */
  readonly time: number;
  /** No transaction is ordered; all that were ordered are durable, and their messages emitted. */
  readonly isHeld: boolean;
  readonly returning: ReturningStatus;
};

/**
 * What the rest of the tree allows a layer in one epoch. All without limits but the settlement list's until it is set.
 */
export type Allowance = {
  /**
   * Layers that can be sent to, L1 aside; a transaction that sends to another is refused with `destination-offline`.
   */
  readonly reachable: ReadonlySet<Field>;
  /**
   * Layers that L1 has frozen for ever; a transaction that sends to one is refused with `destination-frozen`, and given
   * up if it returns.
   */
  readonly frozen: ReadonlySet<Field>;
  /** Bundles of which a layer can't be sent to: legs of them that return wait until all layers are back. */
  readonly waitingBundles: ReadonlySet<Field>;
  /** Bundles of which a layer is frozen: legs of them that return are given up. */
  readonly frozenBundles: ReadonlySet<Field>;
  /** Counts epochs, and long times in which none ended: for so long a returning transaction waits for what is away. */
  readonly round: number;
  /** Blocks. The last `RESERVED_BLOCKS` are opened by messages only: transactions wait for the next epoch. */
  readonly blocks: number;
  /**
   * Items of the settlement list (docs/protocol.md 7) that L1 causes: deposits, and their bounces. Then deposits wait.
   */
  readonly deposits: number;
  /** Other items that go to L1. Then a transaction that sends to L1 is refused with `epoch-list-full`. */
  readonly exits: number;
};

/** A transaction whose signature is right, under its hash, from the account with this address. */
export type Verified = { readonly hash: Field; readonly sender: Field };

/**
 * What a transaction waits for that was submitted: `queue`: its turn; `verify`: its signature is checked, with others;
 * `wait`: keys that are locked, or a block; `execute`; `store`: the disk, and the promise.
 */
export type SubmitStage = "queue" | "verify" | "wait" | "execute" | "store";

/** Checks signatures of transactions, many at once. */
export interface SignatureVerifier {
  /** One answer for each transaction; undefined if the signature is wrong. */
  verify(transactions: readonly Transaction[]): Promise<(Verified | undefined)[]>;
  close(): Promise<void>;
}

/** What a block changed, in the order that the witness set needs. */
export type SealRequest = {
  readonly number: number;
  readonly time: number;
  readonly epoch: number;
  readonly size: BlockSize;
  readonly layerId: Field;
  /** Every key touched, in the order first touched, with its values at the end of the block. */
  readonly updates: readonly { readonly key: Field; readonly after: readonly Field[] }[];
  /** Handled messages, then links of bundles. */
  readonly incoming: readonly IncomingMessage[];
  readonly produced: BlockWitness["produced"];
  readonly events: readonly KeptEvent[];
  readonly transactions: readonly Transaction[];
  readonly hashes: readonly Field[];
  /** Of each transaction. */
  readonly fees: readonly bigint[];
  readonly feeRecipient: Field;
  /** What new transactions paid in this block. */
  readonly fee: bigint;
  /** Owners who hold their entries, for the values at the end of the block; as many as the size has places. */
  readonly holders: readonly Holder[];
  readonly logThrough: number;
  readonly sealedAt: number;
};

/** Makes the witness of a block and commits it to the store. Called for one block at a time, in order. */
export interface Sealer {
  seal(request: SealRequest): Promise<BlockRecord>;
  close(): Promise<void>;
}

/** The clocks of this machine. */
export type Clock = {
  /** Milliseconds since 1970. Somebody may set this clock back or forward at any moment. */
  now(): number;
  /** Milliseconds since any beginning, with fractions. Never goes back. */
  passed(): number;
  /** Calls back once after so many milliseconds, unless cancelled by the function that it returns. */
  after(milliseconds: number, run: () => void): () => void;
};

export type SequencerDependencies = {
  readonly store: Store;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** In this thread, unless given. */
  readonly verifier?: SignatureVerifier;
  readonly sealer?: Sealer;
};

export type SequencerEvents = {
  transaction: [preconfirmation: Preconfirmation, transaction: Transaction];
  /** A message was consumed, before it is durable; with the reason, if its handler failed. */
  handled: [message: Message, failure: CallFailure | undefined];
  /** The block is durable. */
  block: [block: BlockRecord];
  /** A message to another layer (not to L1, and no link) is durable; in order. */
  message: [outgoing: OutgoingMessage];
  /** These events of a block are durable; in order. */
  events: [events: DurableEvents];
  /** The blocks above `through` are gone, and their events with them. */
  setBack: [place: SetBackPlace];
  /** Returning transactions were dropped, oldest first, and the reasons are durable: see `lastDropped`. */
  dropped: [calls: readonly DroppedCall[]];
  /** Session, epoch, held or returning of `position()` has changed, or the time of a held layer. */
  position: [];
  /** Sealing or storing failed; the sequencer accepts nothing more. */
  failed: [error: unknown];
};

export type SequencerStatus = {
  readonly epoch: number;
  /** Of the open block; if none is open, those the next one will have at least. */
  readonly block: number;
  /** What a transaction that is sent now sees. */
  readonly time: number;
  /**
   * Milliseconds until a block may be opened, for the last one is ahead of the network's time, or that is not known
   * yet; until then transactions and messages wait. 0 if the layer is not ahead.
   */
  readonly ahead: number;
  /** Items in the settlement list of this epoch so far. */
  readonly listed: number;
  /** Transactions waiting, executed but not sealed, and messages waiting. */
  readonly waiting: number;
  readonly unsealed: number;
  readonly inbox: number;
  readonly accepted: number;
  readonly rejected: number;
};

/** A call that nobody has signed. */
export type UnsignedCall = {
  /** The account that would call. */
  readonly sender: Field;
  readonly method: number;
  /** As many as the program's `argumentFields`. */
  readonly args: readonly Field[];
};

/** What a call would do in the open block, or in the next one. */
export type SimulatedCall = {
  readonly fee: bigint;
  /** The entries that it changes, by key; `before` is null if there is none. */
  readonly changes: readonly {
    readonly key: Field;
    readonly before: readonly Field[] | null;
    readonly after: readonly Field[];
  }[];
  readonly messages: readonly Message[];
  /** Of the largest block, above 0 up to 1. */
  readonly share: number;
  /** Of the block. */
  readonly time: number;
};

/**
 * Orders a layer: first come, first served. A submitted transaction is answered when it is checked, executed and on
 * disk.
 */
export interface Sequencer {
  readonly publicKey: Point;
  readonly layerId: Field;
  /**
   * Resolves with the promise; rejects with a `SequencerError` whose `retry` says whether trying again makes sense.
   * Submitting a transaction again gives its promise again. `onStage` is told when each stage begins.
   */
  submit(transaction: Transaction, onStage?: (stage: SubmitStage) => void): Promise<Preconfirmation>;
  /**
   * Queues messages for the start of the next block; resolves when all are handled and on disk. Those at or before the
   * source's position are left out, so giving them again is harmless.
   */
  consume(messages: readonly IncomingMessage[]): Promise<void>;
  /** The last position of a source that was handled; undefined when none was. */
  cursor(source: string): number | undefined;
  /**
   * Takes an owner's word that they hold their account as it is now. If it is the same when the block is cut, and the
   * block's size has a place, the block leaves it to the committee. Returns the number of the block.
   * @throws SequencerError no-holders, entry-not-written, not-held, other-values, wrong-holder
   */
  addHolder(holder: Holder, valuesHash: Field): number;
  /** Cuts the open block, and resolves when it is durable; undefined when there is nothing to seal. */
  seal(): Promise<BlockRecord | undefined>;
  /**
   * Stops ordering transactions, which wait; messages go on. Resolves when all that was ordered is durable, its
   * messages were emitted, and no leg is prepared any more: then `isHeld` is true, until `release`, `closeEpoch` or
   * `setBack`.
   */
  hold(): Promise<void>;
  release(): void;
  readonly isHeld: boolean;
  /**
   * Ends epoch `epoch` and releases: seals the open block, and what comes next belongs to the next epoch, in blocks
   * later than `after`, the end of `epoch` (unless given, what was said last). Resolves, when all is durable, with the
   * epoch's blocks. Does nothing but that if `epoch` is not the current one (which it is unless given).
   */
  closeEpoch(
    epoch?: number,
    after?: number,
  ): Promise<{ readonly epoch: number; readonly blocks: readonly BlockRecord[] }>;
  readonly epoch: number;
  /** The messages emitted in the current epoch, in order, those before a restart included. */
  outbox(): readonly OutgoingMessage[];
  /** `sealed` of `position()`: belongs to the epoch that stands there. */
  readonly sealed: number;
  /** Where the layer is, for the coordinator. */
  position(): LayerPosition;
  /**
   * Sets the layer back: releases, removes the blocks above `through` and the open one, enters `epoch`, and executes
   * the transactions that were in them again, in order. Messages are not: they, and all that wait, arrive anew. What is
   * in `drop` is left out. A transaction that fails now returns later: it is tried again after every message, block and
   * release until it has a place, can never be executed, or is given up. The line is durable, and so is the order.
   * Resolves when each was tried once; goes on after a crash where it was.
   * @throws BlockSettledError
   */
  setBack(options: SetBackOptions): Promise<void>;
  /** Of the last set-back; 0 before the first. Durable. */
  readonly session: number;
  /** Promised transactions without a place. */
  returning(): ReturningStatus;
  /** Why a promised transaction has no place yet; undefined if it is not in line. */
  returningReason(hash: Field): { readonly code: string; readonly message: string } | undefined;
  /**
   * Drops the first returning transaction if its time is at most `time`, and if it still fails, not for what passes by
   * itself. The others are tried again, and `position` says what is left. Does nothing while
   * transactions are held.
   */
  giveUp(time: number): void;
  /** Why a transaction that was promised once is in no block any more. */
  dropped(hash: Field): { readonly code: string; readonly message: string } | undefined;
  /** What was dropped in this session, and why. Durable. */
  lastDropped(): readonly Drop[];
  /** The legs of bundles among `lastDropped`. */
  droppedLegs(): readonly Drop[];
  /**
   * The nonce with which the account's next transaction is signed: the first that neither the state nor the line has
   * used.
   */
  nextNonce(address: Field): number;
  /** The durable events of blocks that the store does not have yet, in the order of the blocks. */
  unsealedEvents(): readonly BlockEvents[];
  setAllowance(allowance: Allowance): void;
  /**
   * Says what time the network has now, in milliseconds since 1970. The layer goes on from there by the milliseconds
   * that pass; before it is said the first time, the layer uses the wall clock, after `timeWaitMilliseconds`. A time
   * that is little earlier than the layer's own came late, and changes nothing.
   */
  setTime(time: number): void;
  /**
   * Executes a leg of a bundle on the side, locks the keys it touches, and promises to execute it when it is committed
   * before `expiresAt` (milliseconds since 1970). What touches locked keys waits, in order; another leg for half the
   * time of a promise, then it is rejected with `bundle-busy`. Rejects like `submit`, and what would fail in the latest
   * block that it can get into; but not if it `isAgain` promised, to be committed at once. A leg that was committed
   * before `isExecuted`, and locks nothing.
   */
  prepare(
    transaction: Transaction,
    again?: { readonly isAgain: boolean },
  ): Promise<{ readonly promised: true; readonly isExecuted: boolean; readonly expiresAt: number }>;
  /**
   * Executes a prepared leg. One that is forgotten, because its promise has expired or the sequencer was started again,
   * is rejected with `not-prepared`.
   */
  commit(hash: Field): Promise<Preconfirmation>;
  /** Forgets a prepared leg. */
  abort(hash: Field): void;
  /** What a transaction would pay now. */
  fee(): { readonly kind: FeeRule["kind"]; readonly fee: bigint };
  /** An entry's values in the working state: what preconfirmed transactions see. Undefined when it does not exist. */
  read(key: Field): readonly Field[] | undefined;
  /**
   * What a call would do now, which nobody has signed: executes it on the side, in this thread, and changes nothing.
   * Takes as long as the call, below a millisecond; the caller limits how often.
   * @throws SequencerError as `submit` would reject the call, and simulation-waits when it would wait
   */
  simulate(call: UnsignedCall): SimulatedCall;
  /** A promise given and not yet sealed, or made again for a sealed transaction. */
  preconfirmation(hash: Field): Preconfirmation | undefined;
  /** Where a transaction is or will be; costs no signature. */
  promised(hash: Field): Promised | undefined;
  status(): SequencerStatus;
  on<E extends keyof SequencerEvents>(event: E, listener: (...args: SequencerEvents[E]) => void): void;
  off<E extends keyof SequencerEvents>(event: E, listener: (...args: SequencerEvents[E]) => void): void;
  /** Answers what is under way, seals nothing more, and leaves the store open. */
  close(): Promise<void>;
}
