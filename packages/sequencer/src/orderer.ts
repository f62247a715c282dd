import { type Field, FrondError } from "@frond/foundation";
import { createExecutor, type Program } from "@frond/language";
import { addressOf, type BlockSize, LIST_CAPACITY, type Transaction } from "@frond/protocol";
import type { IncomingMessage, LogRecord, Store } from "@frond/store";
import { blocksOfEpoch } from "./blocksOfEpoch.ts";
import { messageTooLarge, transactionTooLarge } from "./errors.ts";
import { executeMessage } from "./executeMessage.ts";
import { accountKey, executeTransaction, type Surroundings } from "./executeTransaction.ts";
import { listedItems, mostItems } from "./listedItems.ts";
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

/**
 * The part of a sequencer that decides: it takes transactions and messages one at a time, executes them on the working state and fills blocks. Synchronous and
 * deterministic, so replaying the records that it gave out leads to the same blocks.
 */
export interface Orderer {
  /** @throws SequencerError when the transaction is refused; then nothing has changed. */
  order(input: { transaction: Transaction; hash: Field; sender: Field }): Place;
  /** Whether a message may be handled now: only before the transactions of a block. */
  readonly takesMessages: boolean;
  /** @throws SequencerError message-too-large; then nothing has changed. */
  handle(incoming: IncomingMessage): void;
  /** Ends the open block; nothing happens if there is none. */
  cut(): void;
  /** Does again what a record of the log says; gives the place of a transaction. @throws ReplayError */
  replay(record: LogRecord): Place | undefined;
  /** The oldest cut block is in the store. */
  settleOldest(): void;
  read(key: Field): readonly Field[] | undefined;
  readonly open: OpenBlock | undefined;
  readonly cutBlocks: readonly OpenBlock[];
  readonly next: { readonly block: number; readonly slot: number };
  epoch: number;
}

export type OrdererEvents = {
  /** A record to be logged, in order; a replayed one is not given again. */
  onRecord(record: LogRecord, block: OpenBlock): void;
  onOpen(block: OpenBlock): void;
  onCut(block: OpenBlock, size: BlockSize): void;
};

export const createOrderer = (
  { program, layerId, sizes }: { program: Program; layerId: Field; sizes: readonly BlockSize[] },
  { store, epoch, onRecord, onOpen, onCut }: { store: Store; epoch: number } & OrdererEvents,
): Orderer => {
  const executor = createExecutor(program);
  const state = createWorkingState(store.leaves);
  const accountKeys = new Map<Field, Field>();
  let lastNumber = store.lastBlockNumber();
  let lastSlot = store.block(lastNumber)?.slot ?? 0;
  let replaying = false;
  /** Of the blocks of this epoch that are cut: what they put into its settlement list. */
  const listed = { epoch, items: blocksOfEpoch(store, epoch).reduce((sum, block) => sum + listedItems(block), 0) };
  const itemsOfBlock = mostItems(sizes);

  const keyOf = (sender: Field): Field => {
    let key = accountKeys.get(sender);
    if (key === undefined) {
      if (accountKeys.size >= REMEMBERED_ACCOUNTS) accountKeys.clear();
      key = accountKey(sender);
      accountKeys.set(sender, key);
    }
    return key;
  };
  /** An epoch whose list could overflow is over: nothing could settle it. */
  const nextEpoch = (): number =>
    listed.epoch === orderer.epoch && listed.items + itemsOfBlock > LIST_CAPACITY ? orderer.epoch + 1 : orderer.epoch;
  const nextBlock = (afterSlot = 0): OpenBlock =>
    newBlock({ number: lastNumber + 1, slot: Math.max(lastSlot, afterSlot) + 1, epoch: nextEpoch() });
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
    orderer.epoch = Math.max(orderer.epoch, block.epoch);
    if (!replaying) onRecord({ kind: "open", block: block.number, slot: block.slot, epoch: block.epoch }, block);
    onOpen(block);
  };
  const cut = (): void => {
    const block = state.open;
    if (block === undefined) return;
    state.open = undefined;
    state.cut.push(block);
    if (listed.epoch !== block.epoch) Object.assign(listed, { epoch: block.epoch, items: 0 });
    listed.items += listedItems({ consumed: block.incoming, produced: block.produced });
    onCut(block, sizeFor(sizes, usageOf(block))!);
  };

  /** Finds room for what `execute` does: in the open block, else in the next one, where it is executed again because the slot is another. */
  const place = (
    kind: "transaction" | "message",
    { execute, afterSlot = 0 }: { execute: (block: OpenBlock) => Effect; afterSlot?: number },
  ): OpenBlock => {
    if (state.open !== undefined && state.open.slot <= afterSlot) cut();
    const block = state.open ?? nextBlock(afterSlot);
    if (replaying && block !== state.open) throw outOfBlock();
    const effect = execute(block);
    const usage = usageWith(block, effect, { kind, exists: state.existsBeforeOpenBlock });
    if (sizeFor(sizes, usage) === undefined) {
      // What would not fit an empty block is refused before it can cut this one.
      const alone = usageWith(nextBlock(), effect, { kind, exists: (key) => state.read(key) !== undefined });
      if (block !== state.open || sizeFor(sizes, alone) === undefined) throw tooLarge(kind, usage);
      cut();
      return place(kind, { execute, afterSlot });
    }
    if (block !== state.open) open(block);
    applyEffect(block, effect, usage);
    return block;
  };

  const orderer: Orderer = {
    epoch,
    order({ transaction, hash, sender }) {
      const key = keyOf(sender);
      const block = place("transaction", {
        execute: (candidate) => executeTransaction({ transaction, sender, key }, around(candidate)),
      });
      block.transactions.push(transaction);
      block.hashes.push(hash);
      if (!replaying) onRecord({ kind: "transaction", hash, transaction }, block);
      return { slot: block.slot, epoch: block.epoch, block: block.number, position: block.hashes.length - 1 };
    },
    get takesMessages() {
      return state.open === undefined || state.open.transactions.length === 0;
    },
    handle(incoming) {
      const { message } = incoming;
      const block = place("message", {
        execute: (candidate) => executeMessage(message, around(candidate)),
        afterSlot: message.slot,
      });
      block.incoming.push(incoming);
      if (!replaying) onRecord({ kind: "message", incoming }, block);
    },
    cut,
    replay(record) {
      replaying = true;
      try {
        if (record.kind === "open") {
          cut();
          open(newBlock({ number: record.block, slot: record.slot, epoch: record.epoch }));
        } else if (record.kind === "message") orderer.handle(record.incoming);
        else {
          const { transaction, hash } = record;
          return orderer.order({ transaction, hash, sender: addressOf(transaction.publicKey) });
        }
        return undefined;
      } catch (cause) {
        throw new ReplayError({ record: record.kind }, cause);
      } finally {
        replaying = false;
      }
    },
    settleOldest: state.settleOldest,
    read: state.read,
    get open() {
      return state.open;
    },
    get cutBlocks() {
      return state.cut;
    },
    get next() {
      return { block: state.open?.number ?? lastNumber + 1, slot: state.open?.slot ?? lastSlot + 1 };
    },
  };
  return orderer;
};

const REMEMBERED_ACCOUNTS = 100_000;

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
