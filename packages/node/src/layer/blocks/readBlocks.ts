import type { Field } from "@frond/foundation";
import {
  addressOf,
  type BlockWitness,
  type Message,
  messageHash,
  NO_LINK,
  readForcedCall,
  type Transaction,
} from "@frond/protocol";
import type { BlockRecord, BlockStatus, KeptEvent, Store } from "@frond/store";

/** Tells a block from every other one that has ever had its number: what replaces a block after a set-back is later. */
export type BlockHead = {
  readonly number: number;
  readonly time: number;
  readonly stateRoot: Field;
  readonly status: BlockStatus;
};

/** A transaction of a block. A forced one has a `problem` if it was invalid, and then has changed nothing. */
export type BlockTransaction = {
  /** The forced hash of a forced one. */
  readonly hash: Field;
  readonly isForced: boolean;
  readonly sender: Field;
  readonly method: number | null;
  readonly args: readonly Field[];
  readonly nonce: number | null;
  readonly fee: bigint;
  /** The bundle that it is a leg of; 0 if it is by itself. */
  readonly bundle: Field;
  readonly problem?: string;
};

/** What a sealed block holds, and what it has changed. */
export type BlockContent = BlockHead & {
  /** That of the block before: tells whether a block follows one that is not kept any more. */
  readonly stateRootBefore: Field;
  readonly epoch: number;
  readonly size: string;
  readonly sealedAt: number;
  readonly transactions: readonly BlockTransaction[];
  readonly consumed: readonly (Message & { readonly hash: Field })[];
  readonly produced: readonly (Message & { readonly hash: Field })[];
  /** Every entry that the block wrote, with its values at the end of the block. */
  readonly entries: readonly { readonly key: Field; readonly values: readonly Field[] }[];
  readonly events: readonly (Omit<KeptEvent, "name"> & { readonly event: string })[];
};

export type BlockSource = Pick<Store, "block" | "witness" | "events" | "log" | "lastBlockNumber" | "firstBlockNumber">;

/** An answer ends behind the block with which it has so many transactions, messages, entries and events together. */
const ENOUGH_ITEMS = 1_000;

/** The heads of blocks in their order. Blocks that are not kept are left out. */
export function readHeads(store: BlockSource, { from, limit }: { readonly from: number; readonly limit: number }) {
  const heads: BlockHead[] = [];
  for (let number = from; heads.length < limit; number++) {
    const block = store.block(number);
    if (block === undefined) break;
    heads.push(headOf(block));
  }
  return heads;
}

/** Blocks in their order with all that is in them: at most `limit`, and fewer if they are large. */
export function readContents(
  store: BlockSource,
  { from, limit }: { readonly from: number; readonly limit: number },
): BlockContent[] {
  const contents: BlockContent[] = [];
  const events = store.events(from)[Symbol.iterator]();
  let next = events.next();
  let items = 0;
  for (let number = from; contents.length < limit && items < ENOUGH_ITEMS; number++) {
    const [block, witness] = [store.block(number), store.witness(number)];
    if (block === undefined || witness === undefined) break;
    while (!next.done && next.value.block < number) next = events.next();
    const emitted = !next.done && next.value.block === number ? next.value.events : [];
    const content = contentOf(block, witness, emitted);
    items += content.transactions.length + content.entries.length + content.events.length;
    items += content.consumed.length + content.produced.length;
    contents.push(content);
  }
  events.return?.();
  return contents;
}

/**
 * What is in the open block by now: transactions that are on disk. The log has records of several blocks while one is
 * sealed: those after its own `open` are a block's.
 */
export function readOpen(store: BlockSource): { readonly number: number; readonly transactions: BlockTransaction[] } {
  const number = store.lastBlockNumber() + 1;
  const transactions: BlockTransaction[] = [];
  let isOf = false;
  for (const { record } of store.log()) {
    if (record.kind === "open") isOf = record.block === number;
    else if (isOf && record.kind === "transaction") transactions.push(signed(record.transaction, record));
  }
  return { number, transactions };
}

export const headOf = ({ number, time, stateRootAfter, status }: BlockRecord): BlockHead => ({
  number,
  time,
  stateRoot: stateRootAfter,
  status,
});

function contentOf(block: BlockRecord, witness: BlockWitness, events: readonly KeptEvent[]): BlockContent {
  const { entries, inserts } = witness.witnessSet;
  const hashed = (message: Message) => ({ ...message, hash: messageHash(message) });
  return {
    ...headOf(block),
    stateRootBefore: block.stateRootBefore,
    epoch: block.epoch,
    size: block.size,
    sealedAt: block.sealedAt,
    transactions: [...signedOf(block, witness), ...forcedOf(block)],
    consumed: block.consumed.map(({ message }) => hashed(message)),
    produced: block.produced.map(hashed),
    entries: [...entries, ...inserts].map(({ key, after }) => ({ key, values: after })),
    events: events.map(({ name, ...rest }) => ({ event: name, ...rest })),
  };
}

function signedOf({ transactions: hashes }: BlockRecord, { transactions, fees }: BlockWitness): BlockTransaction[] {
  return transactions.map((transaction, i) => signed(transaction, { hash: hashes[i]!, fee: fees[i]! }));
}

function signed(
  transaction: Transaction,
  { hash, fee }: { readonly hash: Field; readonly fee: bigint },
): BlockTransaction {
  return { ...signedCall(transaction, hash), fee };
}

/** What a signed transaction calls, which is known before its block. */
export function signedCall(
  { publicKey, method, args, nonce, link = NO_LINK }: Transaction,
  hash: Field,
): Omit<BlockTransaction, "fee"> {
  return { hash, isForced: false, sender: addressOf(publicKey), method, args, nonce, bundle: link.id };
}

/** One that can't be read has neither a method nor a nonce. */
export function forcedOf({ consumed }: BlockRecord): BlockTransaction[] {
  return consumed.flatMap(({ message, forced }) => {
    if (forced === undefined) return [];
    const { transaction, problem } = forced;
    const call = readForcedCall(transaction);
    return {
      hash: message.payload,
      isForced: true,
      sender: addressOf(transaction.publicKey),
      method: call?.method ?? null,
      args: transaction.args,
      nonce: call?.nonce ?? null,
      fee: 0n,
      bundle: NO_LINK.id,
      ...(problem === undefined ? {} : { problem }),
    };
  });
}
