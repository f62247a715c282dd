import type { Field, Logger, Point } from "@frond/foundation";
import type { Program } from "@frond/language";
import type { BlockSize, BlockWitness, Preconfirmation, Promised, Transaction } from "@frond/protocol";
import type { BlockRecord, IncomingMessage, Store } from "@frond/store";
import type { Limits } from "./limits.ts";

export type { Preconfirmation };

export type SequencerOptions = {
  readonly program: Program;
  readonly layerId: Field;
  /** Smallest first. A block is cut when what comes next fits none of them, and has the smallest that holds it. */
  readonly sizes: readonly BlockSize[];
  /** Signs preconfirmations; its public key is the layer's `sequencerKey`. */
  readonly secret: bigint;
  /** Milliseconds from a block's first record to its cut. Blocks without records are not made. */
  readonly blockTime: number;
  readonly limits?: Partial<Limits>;
};

/** A transaction whose signature is right, under its hash, from the account with this address. */
export type Verified = { readonly hash: Field; readonly sender: Field };

/** Checks signatures of transactions, many at once. */
export interface SignatureVerifier {
  /** One answer for each transaction; undefined if the signature is wrong. */
  verify(transactions: readonly Transaction[]): Promise<(Verified | undefined)[]>;
  close(): Promise<void>;
}

/** What a block changed, in the order that the witness set needs. */
export type SealRequest = {
  readonly number: number;
  readonly slot: number;
  readonly epoch: number;
  readonly size: BlockSize;
  readonly layerId: Field;
  /** Every key touched, in the order first touched, with its values at the end of the block. */
  readonly updates: readonly { readonly key: Field; readonly after: readonly Field[] }[];
  readonly incoming: readonly IncomingMessage[];
  readonly produced: BlockWitness["produced"];
  readonly transactions: readonly Transaction[];
  readonly hashes: readonly Field[];
  readonly logThrough: number;
  readonly sealedAt: number;
};

/** Makes the witness of a block and commits it to the store. Called for one block at a time, in order. */
export interface Sealer {
  seal(request: SealRequest): Promise<BlockRecord>;
  close(): Promise<void>;
}

export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
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
  /** The block is durable. */
  block: [block: BlockRecord];
  /** Sealing or storing failed; the sequencer accepts nothing more. */
  failed: [error: unknown];
};

export type SequencerStatus = {
  readonly epoch: number;
  /** Of the open block; if none is open, those the next one will have at least. */
  readonly block: number;
  readonly slot: number;
  /** Transactions waiting, executed but not sealed, and messages waiting. */
  readonly waiting: number;
  readonly unsealed: number;
  readonly inbox: number;
  readonly accepted: number;
  readonly rejected: number;
};

/**
 * Orders a layer: first come, first served. A submitted transaction is answered when it is checked, executed and on disk.
 */
export interface Sequencer {
  readonly publicKey: Point;
  readonly layerId: Field;
  /** Resolves with the promise; rejects with a `SequencerError` whose `retry` says whether trying again makes sense. Submitting a transaction again gives its promise again. */
  submit(transaction: Transaction): Promise<Preconfirmation>;
  /**
   * Queues messages for the start of the next block; resolves when all are handled and on disk. Those at or before the source's position are left out, so giving them
   * again is harmless.
   */
  consume(messages: readonly IncomingMessage[]): Promise<void>;
  /** The last position of a source that was handled; undefined when none was. */
  cursor(source: string): number | undefined;
  /** Cuts the open block, and resolves when it is durable; undefined when there is nothing to seal. */
  seal(): Promise<BlockRecord | undefined>;
  /** Ends the epoch: seals the open block, and what comes next belongs to the next epoch. Resolves, when all is durable, with the epoch ended and its blocks. */
  closeEpoch(): Promise<{ readonly epoch: number; readonly blocks: readonly BlockRecord[] }>;
  readonly epoch: number;
  /** The last epoch that is over and whose blocks are all durable; 0 before the first. An epoch is over when it is closed, or when its settlement list could overflow. */
  readonly completeEpoch: number;
  /** An entry's values in the working state: what preconfirmed transactions see. Undefined when it does not exist. */
  read(key: Field): readonly Field[] | undefined;
  /** A promise given and not yet sealed, or made again for a sealed transaction. */
  preconfirmation(hash: Field): Preconfirmation | undefined;
  /** Where a transaction is or will be; costs no signature. */
  promised(hash: Field): Promised | undefined;
  /** A preconfirmed transaction that is not sealed yet. */
  unsealed(hash: Field): Transaction | undefined;
  status(): SequencerStatus;
  on<E extends keyof SequencerEvents>(event: E, listener: (...args: SequencerEvents[E]) => void): void;
  off<E extends keyof SequencerEvents>(event: E, listener: (...args: SequencerEvents[E]) => void): void;
  /** Answers what is under way, seals nothing more, and leaves the store open. */
  close(): Promise<void>;
}
