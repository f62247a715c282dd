/** Unsigned integers in one field element: the bits of each part, from the lowest on. */
export type Packing = { readonly [part: string]: number };

/** Every packed word of the protocol. */
export const PACKINGS = {
  /** What is small of a transaction, in its hash. */
  transaction: { method: 8, nonce: 32, expiry: 48, maxFee: 64, linkIndex: 8 },
  /** The first word of an item of the settlement list. */
  itemHeader: { direction: 1, kind: 7, asset: 32, amount: 128 },
  /** An epoch's number, and the time that it covers: `after < time <= until`. */
  epochWindow: { epoch: 32, after: 48, until: 48 },
  /** A deposit as the contract is told of it: its id, and the first `after` of an epoch that can't use it any more. */
  depositReference: { id: 64, expiry: 48 },
  /** What a block knows beforehand of a message that it sends or takes. Stays inside the block's circuit. */
  sentMessage: { kind: 8, asset: 32, amount: 128 },
  /** The place that a sequencer promises to a transaction. The domain of promises stands above it. */
  promisedPlace: { position: 32, block: 32, epoch: 32, time: 48 },
  /** The low half of a call that a message packs in one field: which call, and where its arguments begin. */
  packedCall: { selector: 24, middle: 104 },
  /** Begins the words of a written entry: its leaf, and how many values entries have. The classes stand above it. */
  entryHeader: { index: 28, isInsert: 1, isHidden: 1, count: 7 },
  /** How a message moved a layer's vault, as a segment of the data says. `gains` is 1 if the layer consumed it. */
  vaultMove: { gains: 1, asset: 32, amount: 128 },
  /** The end of a segment of the data: the step, the record's time, how many vault moves, how many chunks in all. */
  segmentTrailer: { kind: 8, time: 48, moves: 8, chunks: 16 },
  /** What an escape pays of an asset. */
  payout: { asset: 32, amount: 128 },
} as const satisfies { readonly [name: string]: Packing };

/** Where a part begins. */
export function shiftOf<P extends Packing>(packing: P, part: keyof P & string): number {
  const parts = Object.keys(packing);
  return parts.slice(0, parts.indexOf(part)).reduce((sum, before) => sum + packing[before]!, 0);
}

export function widthOfPacking(packing: Packing): number {
  return Object.values(packing).reduce((sum, bits) => sum + bits, 0);
}
