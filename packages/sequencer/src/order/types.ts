import type { Field } from "@frond/foundation";
import type { CallFailure, Program } from "@frond/language";
import type { BlockSize, Message, Transaction } from "@frond/protocol";
import type { IncomingMessage, KeptEvent, LogRecord, Store } from "@frond/store";
import type { FeeRule } from "../types.ts";
import type { Tip } from "./createTip.ts";
import type { ListedItems } from "./listedItems.ts";
import type { Effect, OpenBlock } from "./openBlock.ts";

/** Where a transaction is: the `position`-th of its block. */
export type BlockPlace = {
  readonly time: number;
  readonly epoch: number;
  readonly block: number;
  readonly position: number;
};

export type OrderInput = {
  readonly transaction: Transaction;
  readonly hash: Field;
  readonly sender: Field;
  /** What was promised before; otherwise it pays what is due in its block. */
  readonly fee?: bigint;
  /** It was promised: what `check` says does not count. */
  readonly isPromised?: boolean;
};

/** What is known of a transaction or message once it was executed; nothing has changed yet. */
export type Tried = {
  readonly kind: "transaction" | "message";
  /** What it reads and writes. */
  readonly touched: readonly Field[];
  /** Undefined if it is refused. */
  readonly effect?: Effect;
  /** Its items in the settlement list of the epoch. */
  readonly items: ListedItems;
};

/** Who needs a new block: its effect touches these keys. */
export type Opening = {
  /** Of the block. */
  readonly time: number;
  readonly kind: "transaction" | "message";
  readonly isPromised: boolean;
  readonly touched: readonly Field[];
};

/**
 * The part of a sequencer that decides: it takes transactions and messages one at a time, executes them on the working
 * state and fills blocks. Synchronous and deterministic, so replaying the records that it gave out leads to the same
 * blocks.
 */
export interface Orderer {
  /** @throws SequencerError when the transaction is refused, or what `check` throws; then nothing has changed. */
  order(input: OrderInput): BlockPlace;
  /**
   * Does all but change anything; gives what the transaction touches and pays, its share of the largest block, and the
   * time of the block: the one in which `order` would put it, or a new one at `time` or later. @throws as `order` does
   */
  probe(
    input: OrderInput & { readonly time?: number },
  ): Tried & { readonly effect: Effect; readonly share: number; readonly fee: bigint; readonly time: number };
  /** Whether a message may be handled now: only before the transactions of a block. */
  readonly takesMessages: boolean;
  /** @throws SequencerError message-too-large, or what `check` throws; then nothing has changed. */
  handle(incoming: IncomingMessage): void;
  /** Does again what a record of the log says; gives the place of a transaction. @throws ReplayError */
  replay(record: LogRecord): BlockPlace | undefined;
  /** What the next transaction finds: the open block, or the one that would be opened. */
  readonly next: { readonly block: number; readonly time: number; readonly fee: bigint };
  /** The end of the chain that it builds on. */
  readonly tip: Tip;
  /** The nonce that the account with this address uses next. */
  nonceOf(address: Field): number;
}

export type OrdererOptions = {
  readonly program: Program;
  readonly layerId: Field;
  readonly sizes: readonly BlockSize[];
  readonly feeRule: FeeRule;
  readonly feeRecipient: Field;
};

export type OrdererDependencies = {
  readonly store: Store;
  readonly epoch: number;
  readonly after: number;
  readonly time: number;
  /** The time of a block that is opened now, unless it has to be later. */
  now(): number;
  /** Not asked in a replay. @throws if a transaction or message cannot be taken, or not now */
  check(tried: Tried): void;
  /** Not asked in a replay. @throws if no further block may be opened for it */
  checkOpening(opening: Opening): void;
  /** A record to be logged, in order; a replayed one is not given again. */
  onRecord(record: LogRecord): void;
  /** What a transaction or message produced, the first of it at `index` of the block's list; given in a replay too. */
  onProduced(block: OpenBlock, produced: { readonly messages: readonly Message[]; readonly index: number }): void;
  /** What a transaction or message has emitted, in order; given in a replay too. */
  onEmitted(block: OpenBlock, events: readonly KeptEvent[]): void;
  /** A message was consumed, with the reason if its handler failed; not told in a replay. */
  onHandled(message: Message, failure: CallFailure | undefined): void;
  onOpen(block: OpenBlock): void;
  onCut(block: OpenBlock, size: BlockSize): void;
};
