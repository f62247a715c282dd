import { type Field, FrondError } from "@frond/foundation";
import { createExecutor, type Program } from "@frond/language";
import { addressOf, type BlockSize, type Message, type Transaction } from "@frond/protocol";
import type { IncomingMessage, LogRecord, Store } from "@frond/store";
import { messageTooLarge, transactionTooLarge } from "../errors.ts";
import { blocksOfEpoch } from "../seal/blocksOfEpoch.ts";
import type { FeeRule } from "../types.ts";
import { executeMessage } from "./executeMessage.ts";
import { accountKey, type Execution, executeTransaction, type Surroundings } from "./executeTransaction.ts";
import { type BlockBefore, fullnessOf, nextFee } from "./feeRule.ts";
import { addItems, type ListedItems, listedItems, NO_ITEMS } from "./listedItems.ts";
import {
  applyEffect,
  type Effect,
  newBlock,
  type OpenBlock,
  sizeFor,
  type Usage,
  usageOf,
  usageWith,
} from "./openBlock.ts";
import { createWorkingState } from "./workingState.ts";

/** Where a transaction went. */
export type Place = {
  readonly slot: number;
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
  readonly kind: "transaction" | "message";
  readonly isPromised: boolean;
  readonly touched: readonly Field[];
};

/**
 * The part of a sequencer that decides: it takes transactions and messages one at a time, executes them on the working state and fills blocks. Synchronous and
 * deterministic, so replaying the records that it gave out leads to the same blocks.
 */
export interface Orderer {
  /** @throws SequencerError when the transaction is refused, or what `check` throws; then nothing has changed. */
  order(input: OrderInput): Place;
  /** Does all but change anything; gives what the transaction touches and pays. @throws as `order` does */
  probe(input: OrderInput): Tried & { readonly effect: Effect; readonly fee: bigint };
  /** Whether a message may be handled now: only before the transactions of a block. */
  readonly takesMessages: boolean;
  /** @throws SequencerError message-too-large, or what `check` throws; then nothing has changed. */
  handle(incoming: IncomingMessage): void;
  /** Ends the open block; nothing happens if there is none. */
  cut(): void;
  /** What comes next belongs to this epoch. */
  enterEpoch(epoch: number): void;
  /** Does again what a record of the log says; gives the place of a transaction. @throws ReplayError */
  replay(record: LogRecord): Place | undefined;
  /** The oldest cut block is in the store. */
  settleOldest(): void;
  /** Starts again from the stored blocks, with slots above `slot`: there is no open block, and none that waits to be sealed. */
  restart(at: { readonly epoch: number; readonly slot: number }): void;
  read(key: Field): readonly Field[] | undefined;
  readonly open: OpenBlock | undefined;
  readonly cutBlocks: readonly OpenBlock[];
  readonly next: { readonly block: number; readonly slot: number; readonly fee: bigint };
  readonly epoch: number;
  /** The highest slot of any block, removed ones included. */
  readonly lastSlot: number;
  /** Items in the settlement list of this epoch. */
  readonly listed: ListedItems;
  /** Blocks of this epoch, the open one included. */
  readonly blocks: number;
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
  readonly slot: number;
  /** Throws if a transaction or message cannot be taken, or not now. Not asked in a replay. */
  check(tried: Tried): void;
  /** Throws if no further block may be opened for it. Not asked in a replay. */
  checkOpening(opening: Opening): void;
  /** A record to be logged, in order; a replayed one is not given again. */
  onRecord(record: LogRecord): void;
  /** What a transaction or message produced, the first of it at `index` of the block's list; given in a replay too. */
  onProduced(block: OpenBlock, produced: { readonly messages: readonly Message[]; readonly index: number }): void;
  onOpen(block: OpenBlock): void;
  onCut(block: OpenBlock, size: BlockSize): void;
};

export const createOrderer = (options: OrdererOptions, dependencies: OrdererDependencies): Orderer => {
  const { program, layerId, sizes, feeRule, feeRecipient } = options;
  const { store, check, checkOpening, onRecord, onProduced, onOpen, onCut } = dependencies;
  const executor = createExecutor(program);
  const state = createWorkingState(store.leaves);
  const keyOf = createAccountKeys();
  let epoch: number;
  let lastNumber: number;
  let lastSlot: number;
  let listed: ListedItems;
  let blocks: number;
  let before: BlockBefore | undefined;
  let replaying = false;
  restart(dependencies);

  function restart(at: { epoch: number; slot: number }): void {
    state.clear();
    epoch = at.epoch;
    lastNumber = store.lastBlockNumber();
    const last = store.block(lastNumber);
    lastSlot = Math.max(last?.slot ?? 0, at.slot);
    count();
    before = last && {
      fee: last.fee,
      fullness: fullnessOf(
        {
          transactions: last.transactions.length,
          existing: last.entries,
          inserts: last.inserts,
          consumed: last.consumed.length,
          produced: last.produced.length,
        },
        sizes,
      ),
    };
  }

  /** Counts what the stored blocks of this epoch, and those that wait, put into its list. */
  function count(): void {
    const waiting = [...state.cut, ...(state.open === undefined ? [] : [state.open])]
      .filter((block) => block.epoch === epoch)
      .map((block) => listedItems({ consumed: block.incoming, produced: block.produced }));
    const ofBlocks = [...blocksOfEpoch(store, epoch).map(listedItems), ...waiting];
    blocks = ofBlocks.length;
    listed = ofBlocks.reduce(addItems, NO_ITEMS);
  }

  const nextBlock = (afterSlot = 0): OpenBlock =>
    newBlock({
      number: lastNumber + 1,
      slot: Math.max(lastSlot, afterSlot) + 1,
      epoch,
      fee: nextFee(feeRule, before),
    });
  const around = (block: OpenBlock): Surroundings => ({
    executor,
    layerId,
    slot: block.slot,
    epoch: block.epoch,
    entryWidth: program.entryWidth,
    read: state.read,
  });
  const open = (block: OpenBlock): void => {
    state.open = block;
    lastNumber = block.number;
    lastSlot = block.slot;
    if (block.epoch > epoch) {
      epoch = block.epoch;
      blocks = 0;
      listed = NO_ITEMS;
    }
    blocks++;
    const { number, slot, fee } = block;
    if (!replaying) onRecord({ kind: "open", block: number, slot, epoch: block.epoch, fee });
    onOpen(block);
  };
  const cut = (): void => {
    const block = state.open;
    if (block === undefined) return;
    const usage = usageOf(block);
    state.open = undefined;
    state.cut.push(block);
    before = { fee: block.fee, fullness: fullnessOf(usage, sizes) };
    onCut(block, sizeFor(sizes, usage)!);
  };

  /** Executes, and asks whether the result may be; what waits for keys waits whether it would fail now or not. */
  const tryOut = (
    block: OpenBlock,
    { execute, incoming, isPromised }: { execute: (block: OpenBlock) => Execution } & PlaceOptions,
  ): Effect => {
    const execution = execute(block);
    if (!replaying && !isPromised) check(triedOf(execution, incoming));
    if (!execution.ok) throw execution.error;
    return execution.effect;
  };

  /** Finds room for what `execute` does: in the open block, else in the next one, where it is executed again because the slot is another. */
  const place = (execute: (block: OpenBlock) => Execution, options: PlaceOptions): OpenBlock => {
    const afterSlot = options.incoming?.message.slot ?? 0;
    const kind = options.incoming === undefined ? "transaction" : "message";
    const block = state.open !== undefined && state.open.slot > afterSlot ? state.open : nextBlock(afterSlot);
    if (replaying && block !== state.open) throw outOfBlock();
    const effect = tryOut(block, { execute, ...options });
    const opening = { kind, isPromised: options.isPromised, touched: effect.touched } as const;
    if (block !== state.open && !replaying) checkOpening(opening);
    if (block !== state.open && state.open !== undefined) {
      // A message that is newer than the open block; only when that is cut is it known what the next one is.
      cut();
      return place(execute, options);
    }
    const usage = usageWith(block, effect, { kind, exists: state.existsBeforeOpenBlock });
    if (sizeFor(sizes, usage) === undefined) {
      // What would not fit an empty block is refused before it can cut this one.
      if (block !== state.open || !fitsAlone(effect, kind)) throw tooLarge(kind, usage);
      if (!replaying) checkOpening(opening);
      cut();
      return place(execute, options);
    }
    if (block !== state.open) open(block);
    const index = block.produced.length;
    applyEffect(block, effect, usage);
    if (block.epoch === epoch) listed = addItems(listed, itemsOf(effect, options.incoming));
    if (effect.produced.length > 0) onProduced(block, { messages: effect.produced, index });
    return block;
  };

  const fitsAlone = (effect: Effect, kind: "transaction" | "message"): boolean => {
    const exists = (key: Field): boolean => state.read(key) !== undefined;
    return sizeFor(sizes, usageWith(nextBlock(), effect, { kind, exists })) !== undefined;
  };

  const callOf = ({ transaction, sender, fee }: OrderInput) => {
    const key = keyOf(sender);
    return (block: OpenBlock) =>
      executeTransaction({ transaction, sender, key, fee: fee ?? block.fee, feeRecipient }, around(block));
  };

  const orderer: Orderer = {
    order(input) {
      const { transaction, hash } = input;
      const block = place(callOf(input), { isPromised: input.isPromised === true });
      const fee = input.fee ?? block.fee;
      block.transactions.push(transaction);
      block.hashes.push(hash);
      block.fees.push(fee);
      if (!replaying) onRecord({ kind: "transaction", hash, transaction, fee });
      return { slot: block.slot, epoch: block.epoch, block: block.number, position: block.hashes.length - 1 };
    },
    probe(input) {
      const block = state.open ?? nextBlock();
      const effect = tryOut(block, { execute: callOf(input), isPromised: false });
      if (!fitsAlone(effect, "transaction")) {
        const exists = (key: Field): boolean => state.read(key) !== undefined;
        throw transactionTooLarge(usageWith(nextBlock(), effect, { kind: "transaction", exists }));
      }
      return { ...triedOf({ ok: true, effect }), effect, fee: input.fee ?? block.fee };
    },
    get takesMessages() {
      return state.open === undefined || state.open.transactions.length === 0;
    },
    handle(incoming) {
      const { message } = incoming;
      const block = place((candidate) => ({ ok: true, effect: executeMessage(message, around(candidate)) }), {
        incoming,
        isPromised: false,
      });
      block.incoming.push(incoming);
      if (!replaying) onRecord({ kind: "message", incoming });
    },
    cut,
    enterEpoch(next) {
      epoch = next;
      count();
    },
    replay(record) {
      replaying = true;
      try {
        if (record.kind === "open") {
          cut();
          const { block, slot, fee } = record;
          open(newBlock({ number: block, slot, epoch: record.epoch, fee }));
        } else if (record.kind === "message") orderer.handle(record.incoming);
        else {
          const { transaction, hash, fee } = record;
          return orderer.order({ transaction, hash, fee, sender: addressOf(transaction.publicKey) });
        }
        return undefined;
      } catch (cause) {
        throw new ReplayError({ record: record.kind }, cause);
      } finally {
        replaying = false;
      }
    },
    settleOldest: state.settleOldest,
    restart,
    read: state.read,
    get open() {
      return state.open;
    },
    get cutBlocks() {
      return state.cut;
    },
    get next() {
      const { number, slot, fee } = state.open ?? nextBlock();
      return { block: number, slot, fee };
    },
    get epoch() {
      return epoch;
    },
    get lastSlot() {
      return lastSlot;
    },
    get listed() {
      return listed;
    },
    get blocks() {
      return blocks;
    },
    nonceOf: (address) => Number(state.read(keyOf(address))?.[0] ?? 0n),
  };
  return orderer;
};

type PlaceOptions = { readonly incoming?: IncomingMessage; readonly isPromised: boolean };

const itemsOf = (effect: Effect, incoming?: IncomingMessage): ListedItems =>
  listedItems({ consumed: incoming === undefined ? [] : [incoming], produced: effect.produced });

const triedOf = (execution: Execution, incoming?: IncomingMessage): Tried => {
  const kind = incoming === undefined ? "transaction" : "message";
  if (!execution.ok) return { kind, touched: execution.touched, items: NO_ITEMS };
  const { effect } = execution;
  return { kind, touched: effect.touched, effect, items: itemsOf(effect, incoming) };
};

const REMEMBERED_ACCOUNTS = 100_000;

const createAccountKeys = (): ((sender: Field) => Field) => {
  const known = new Map<Field, Field>();
  return (sender) => {
    let key = known.get(sender);
    if (key === undefined) {
      if (known.size >= REMEMBERED_ACCOUNTS) known.clear();
      key = accountKey(sender);
      known.set(sender, key);
    }
    return key;
  };
};

const tooLarge = (kind: "transaction" | "message", usage: Usage) =>
  kind === "transaction" ? transactionTooLarge(usage) : messageTooLarge(usage);

const outOfBlock = () =>
  new FrondError({
    code: "sequencer/record-out-of-block",
    message:
      "The log has a record that no block was opened for. The log is damaged: restore the data directory from a copy.",
  });

/** The log does not lead to the state it was written from: another program, or damage. */
export class ReplayError extends FrondError {
  constructor(data: { record: string }, cause: unknown) {
    super({
      code: "sequencer/replay-failed",
      message: `A ${data.record} in the log was accepted once and is refused now. Start the version of the application and of Frond that wrote the log.`,
      data,
      cause,
    });
  }
}
