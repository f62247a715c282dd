import type { Field } from "@frond/foundation";
import type { CallFailure, Emitted } from "@frond/language";
import { type BlockSize, type Holder, isForcedSize, type Message, type Transaction } from "@frond/protocol";
import { BUNDLE_SOURCE, type IncomingMessage, type KeptEvent } from "@frond/store";

/** A block that is being filled, or waits to be sealed. */
export type OpenBlock = {
  readonly number: number;
  readonly time: number;
  readonly epoch: number;
  /** What a new transaction pays in it. */
  readonly fee: bigint;
  /** Every key touched, in the order first touched, with its values now. */
  readonly values: Map<Field, readonly Field[]>;
  readonly transactions: Transaction[];
  readonly hashes: Field[];
  /** Of each transaction. */
  readonly fees: bigint[];
  /** Handled before the transactions. */
  readonly incoming: IncomingMessage[];
  /** Consumed by legs of bundles, in their order. */
  readonly links: IncomingMessage[];
  readonly produced: Message[];
  readonly events: KeptEvent[];
  /**
   * The last signature of each owner who holds the values that an entry of the block had then, by the entry's key. Not
   * durable: what is lost is published.
   */
  readonly holders: Map<Field, HolderOf>;
  /** How many of the keys are in the tree before this block, and how many are not. */
  existing: number;
  inserts: number;
};

/** An owner's signature, and the hash of the values that it is for. */
type HolderOf = { readonly holder: Holder; readonly valuesHash: Field };

/** What one transaction or message does to a block. Touched keys are all those opened, whether written or not. */
export type Effect = {
  readonly touched: readonly Field[];
  readonly values: ReadonlyMap<Field, readonly Field[]>;
  readonly produced: readonly Message[];
  /** Events; none if it is left out. */
  readonly emitted?: readonly Emitted[];
  /** A leg of a bundle consumes the link of the leg before it. */
  readonly link?: Message;
  /** Why a forced transaction is invalid, if it is; it is taken all the same. */
  readonly problem?: string;
  /** Why the handler of a message failed, if it did; the message is consumed all the same. */
  readonly failure?: CallFailure;
};

/** Where something goes in a block: a block with forced transactions has nothing else. */
export type PlaceKind = "transaction" | "message" | "forced";

export type Usage = {
  readonly transactions: number;
  /** Forced transactions, whose messages are not among those consumed; none if it is left out. */
  readonly forced?: number;
  readonly existing: number;
  readonly inserts: number;
  readonly consumed: number;
  readonly produced: number;
};

export const newBlock = (header: Pick<OpenBlock, "number" | "time" | "epoch" | "fee">): OpenBlock => ({
  ...header,
  values: new Map(),
  transactions: [],
  hashes: [],
  fees: [],
  incoming: [],
  links: [],
  produced: [],
  events: [],
  holders: new Map(),
  existing: 0,
  inserts: 0,
});

/** What the block would use with one more effect. `exists` says whether the tree has a key before the block. */
export function usageWith(
  block: OpenBlock,
  effect: Effect,
  { kind, exists }: { kind: PlaceKind; exists: (key: Field) => boolean },
): Usage {
  let { existing, inserts } = block;
  for (const key of effect.touched) {
    if (block.values.has(key)) continue;
    if (exists(key)) existing++;
    else inserts++;
  }
  const forced = forcedIn(block);
  return {
    transactions: block.transactions.length + (kind === "transaction" ? 1 : 0),
    forced: forced + (kind === "forced" ? 1 : 0),
    existing,
    inserts,
    consumed:
      block.incoming.length - forced + block.links.length + (kind === "message" || effect.link !== undefined ? 1 : 0),
    produced: block.produced.length + effect.produced.length,
  };
}

export const usageOf = (block: OpenBlock): Usage => ({
  transactions: block.transactions.length,
  forced: forcedIn(block),
  existing: block.existing,
  inserts: block.inserts,
  consumed: block.incoming.length - forcedIn(block) + block.links.length,
  produced: block.produced.length,
});

function forcedIn({ incoming }: Pick<OpenBlock, "incoming">): number {
  return incoming.filter(({ forced }) => forced !== undefined).length;
}

/** The last of the sizes, which hold the most, of those that are not for forced transactions. */
export const largestOf = (sizes: readonly BlockSize[]): BlockSize => sizes.findLast((size) => !isForcedSize(size))!;

/** The first size, of those from the smallest, that holds the usage. */
export const sizeFor = (sizes: readonly BlockSize[], usage: Usage): BlockSize | undefined =>
  sizes.find(
    (size) =>
      isForcedSize(size) === (usage.forced ?? 0) > 0 &&
      (usage.forced ?? 0) <= (size.forced ?? 0) &&
      usage.transactions <= size.transactions &&
      usage.existing <= size.entries - size.inserts &&
      usage.inserts <= size.inserts &&
      usage.consumed <= size.consumed &&
      usage.produced <= size.produced,
  );

/** The share of a block of this size that the usage takes: 1 fills it. */
export function shareOf(usage: Usage, { transactions, entries, inserts, consumed, produced }: BlockSize): number {
  const filled = (used: number, places: number): number => (used === 0 ? 0 : Math.min(1, used / places));
  return Math.max(
    filled(usage.transactions, transactions),
    filled(usage.existing, entries - inserts),
    filled(usage.inserts, inserts),
    filled(usage.consumed, consumed),
    filled(usage.produced, produced),
  );
}

/** Adds an effect whose usage fits. */
export function applyEffect(block: OpenBlock, effect: Effect, usage: Usage): void {
  for (const key of effect.touched) block.values.set(key, effect.values.get(key)!);
  block.produced.push(...effect.produced);
  if (effect.link !== undefined)
    block.links.push({ source: BUNDLE_SOURCE, position: block.links.length, message: effect.link });
  block.existing = usage.existing;
  block.inserts = usage.inserts;
}
