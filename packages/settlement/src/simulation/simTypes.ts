import type { Field } from "@frond/foundation";
import type { BundleLink, Message } from "@frond/protocol";
import type { Deposit } from "../types.ts";

/**
 * A transaction of the simulated ledger: an account of a layer pays another, there or on another layer. `hash` is its
 * name.
 */
export type SimTransaction = {
  readonly hash: Field;
  readonly layerId: Field;
  readonly account: Field;
  readonly nonce: number;
  readonly amount: bigint;
  readonly to: Field;
  /** Where the money goes; the layer itself for a payment. */
  readonly toLayer: Field;
  /** Of a leg of a bundle. */
  readonly link?: BundleLink;
};

/** What a simulated layer has ordered: a transaction, or a message that it consumed. */
export type Entry =
  | { readonly kind: "transaction"; readonly transaction: SimTransaction }
  | { readonly kind: "message"; readonly source: string; readonly position: number; readonly message: Message };

export type SimBlock = {
  readonly number: number;
  readonly time: number;
  readonly epoch: number;
  readonly entries: readonly Entry[];
};

/** A promised transaction without a place, and the time that it had. */
export type Returning = { readonly transaction: SimTransaction; readonly time: number };

/** Everything durable of a simulated layer. */
export type LayerRecord = {
  readonly session: number;
  readonly epoch: number;
  /** Blocks of the epoch have greater times. */
  readonly after: number;
  /** The highest time ever used. */
  readonly time: number;
  readonly blocks: readonly SimBlock[];
  readonly open: SimBlock | undefined;
  readonly line: readonly Returning[];
  readonly dropped: ReadonlyMap<Field, { readonly code: string; readonly session: number }>;
};

export const emptyRecord: LayerRecord = {
  session: 0,
  epoch: 1,
  after: 0,
  time: 0,
  blocks: [],
  open: undefined,
  line: [],
  dropped: new Map(),
};

/** L1 of a simulation: it takes an epoch once, and queues deposits. */
export type SimLayerOne = {
  epoch: number;
  /** The end of the time that the settled epochs cover. */
  settledUntil: number;
  readonly deposits: Deposit[];
  /** The last block of each layer in what it took, by epoch. */
  readonly settled: Map<number, ReadonlyMap<Field, number>>;
};

/** What was promised to clients: transactions, and bundles with all their legs. */
export type Promised = {
  readonly transactions: Map<Field, SimTransaction>;
  readonly bundles: Map<Field, readonly SimTransaction[]>;
};
