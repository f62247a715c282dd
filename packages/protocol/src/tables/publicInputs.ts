import type { FieldTable } from "./fieldTypes.ts";

/** The public inputs of a block's proof, in order: the block moved a layer from one state to the next. */
export const BLOCK_STATEMENT = {
  layerId: { type: "field", about: "The layer." },
  stateRootIn: { type: "field", about: "Its state before the block." },
  stateRootOut: { type: "field", about: "Its state after the block." },
  time: { type: "time", about: "The block's time." },
  epoch: { type: "u32", about: "The epoch that the block belongs to." },
  messagesHash: { type: "field", about: "Commits to the messages that the block produced and consumed." },
  dataHash: {
    type: "field",
    about: "Commits to the words that the block publishes, and to those that it leaves to a committee.",
  },
} as const satisfies FieldTable;

/**
 * The public inputs of an aggregate's proof, in order: what lies below moved a layer from root to root. As many as a
 * block's, so that one verifier serves both.
 */
export const AGGREGATE_STATEMENT = {
  aggregateKeysHash: {
    type: "field",
    about: "The hash of the key hashes of the circuits that every aggregate below is proven with, narrowest first.",
  },
  layerId: { type: "field", about: "The layer." },
  rootIn: { type: "field", about: "The hash of its record before." },
  rootOut: { type: "field", about: "The hash of its record after." },
  window: { type: "u128", about: "The epoch of every block below and the time that it covers, packed." },
  sum: { type: "point", about: "The points of what was produced on the way less those of what was consumed." },
} as const satisfies FieldTable;

/**
 * The public inputs of a settlement's proof, in order: the trunk moved from root to root, and all messages are
 * accounted for.
 */
export const SETTLEMENT_STATEMENT = {
  rootIn: { type: "field", about: "The root that L1 has." },
  rootOut: { type: "field", about: "The root that L1 gets." },
  window: { type: "u128", about: "The epoch that settles and the time that it covers, packed." },
  commitment: {
    type: "field",
    about: "c: the hash of the settlement list and the digests of the segments, both padded to their capacity.",
  },
  z: { type: "field", about: "Where the contract evaluates the list and the data." },
  evaluation: { type: "field", about: "y: the list's value there." },
  dataLow: { type: "u128", about: "The low 128 bits of the value there of the polynomial with the data's words." },
  dataHigh: { type: "u128", about: "The bits above them." },
} as const satisfies FieldTable;

/**
 * The public inputs of an exit's proof, in order: what may leave a layer by one of its application's exits. As many as
 * a block's, and no block: it states 0 where a block has its epoch.
 */
export const EXIT_STATEMENT = {
  layerId: { type: "field", about: "The layer." },
  stateRoot: { type: "field", about: "Its state." },
  claimId: { type: "field", about: "Names the exit, its arguments and the account: L1 pays each of a layer once." },
  recipient: { type: "field", about: "The address of L1 that is paid." },
  epoch: { type: "u32", about: "0, which is no epoch." },
  payoutsHash: { type: "field", about: "Commits to the assets and amounts that leave." },
  unused: { type: "field", about: "0." },
} as const satisfies FieldTable;

/**
 * The public inputs of an escape's proof, in order: what one exit of a layer pays, and that the layer stands in the
 * tree of this root with so much in its vault.
 */
export const ESCAPE_STATEMENT = {
  root: { type: "field", about: "The root of the trunk, which L1 has had." },
  layerId: { type: "field", about: "The layer." },
  flags: { type: "field", about: "The flags of its record." },
  claimId: { type: "field", about: "Names the exit, its arguments and the account: L1 pays each of a layer once." },
  recipient: { type: "field", about: "The address of L1 that is paid." },
  payout1: { type: "field", about: "An asset and its amount, packed; 0 if the place is not used." },
  payout2: { type: "field", about: "The second." },
  payout3: { type: "field", about: "The third." },
  payout4: { type: "field", about: "The fourth." },
  vault1: { type: "u128", about: "How much of the first payout's asset the layer holds." },
  vault2: { type: "u128", about: "Of the second's." },
  vault3: { type: "u128", about: "Of the third's." },
  vault4: { type: "u128", about: "Of the fourth's." },
} as const satisfies FieldTable;
